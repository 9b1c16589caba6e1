"""What ANNarchy keeps in sub-packages, under the same names, so that an import line changes in its first word only."""
