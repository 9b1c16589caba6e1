"""The network of `train.py` in snnTorch or Norse: `python _train_torch.py snntorch|norse STEPS`, one thread.

Each line of standard input asks for a training step. snnTorch takes no step from layer to layer, and subtracts the
threshold a step after the spike. Norse's neurons have a synaptic current as well; its constants come close to none.
"""

import sys

import torch
from _answer import train_on_demand
from _train_task import DECAY, HIDDEN, RATE, STEEPNESS, THRESHOLD, data, weights
from torch import nn


def linear(w: torch.Tensor) -> nn.Linear:
    layer = nn.Linear(*w.shape, bias=False)
    layer.weight = nn.Parameter(w.T.contiguous())
    return layer


def snntorch(first, within, between, within2, last) -> nn.Module:
    import snntorch as snn

    def recurrent(w):
        surrogate = snn.surrogate.fast_sigmoid(slope=STEEPNESS)
        cell = snn.RLeaky(beta=DECAY, linear_features=HIDDEN, spike_grad=surrogate, threshold=THRESHOLD)
        cell.recurrent = linear(w)
        return cell

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.into, self.between, self.out = linear(first), linear(between), linear(last)
            self.one, self.two = recurrent(within), recurrent(within2)
            self.readout = snn.Leaky(beta=DECAY, reset_mechanism="none")

        def forward(self, inputs):
            (s1, v1), (s2, v2), v = self.one.init_rleaky(), self.two.init_rleaky(), self.readout.init_leaky()
            total = torch.zeros(())
            for x in inputs:
                s1, v1 = self.one(self.into(x), s1, v1)
                s2, v2 = self.two(self.between(s1), s2, v2)
                _, v = self.readout(self.out(s2), v)
                total = total + v
            return total / len(inputs)

    return Network()


def norse(first, within, between, within2, last) -> nn.Module:
    import norse.torch as nt

    leak, gain = 1 - DECAY, 1 / (1 - DECAY)  # a current enters a potential times the leak: weights take that up
    constants = {"tau_mem_inv": torch.tensor(1000 * leak), "tau_syn_inv": torch.tensor(800.0)}
    p = nt.LIFParameters(**constants, v_th=torch.tensor(THRESHOLD), alpha=torch.tensor(STEEPNESS), method="super")

    def recurrent(w, v):
        matrices = {"input_weights": (gain * w.T).contiguous(), "recurrent_weights": (gain * v.T).contiguous()}
        return nt.LIFRecurrent(len(w), HIDDEN, p=p, **matrices)

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.one, self.two = recurrent(first, within), recurrent(between, within2)
            self.out, self.readout = linear(gain * last), nt.LI(p=nt.LIParameters(**constants))

        def forward(self, inputs):
            spikes, _ = self.two(self.one(inputs)[0])
            return self.readout(self.out(spikes))[0].mean(0)

    return Network()


def main() -> None:
    library, steps = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(1)  # a second one waits in vain for a core that others use: a step then takes seconds
    torch.manual_seed(0)
    inputs, labels = (torch.from_numpy(x) for x in data(steps))
    net = {"snntorch": snntorch, "norse": norse}[library](*(torch.from_numpy(w) for w in weights().values()))
    optimizer = torch.optim.Adam([p for p in net.parameters() if p.requires_grad], lr=RATE)

    def train() -> float:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(inputs), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    train_on_demand(train)


if __name__ == "__main__":
    main()
