/* Loops that a machine cannot do faster: what `machine.py` times from Python, through ctypes. */
#include <stddef.h>
#include <stdint.h>

/* a = b + s c, so many times; three arrays of n doubles. */
void triad(double *restrict a, const double *restrict b, const double *restrict c, size_t n, size_t times) {
  for (size_t k = 0; k < times; k++) {
    double s = 1.0 + 1e-9 * (double)k;
    for (size_t i = 0; i < n; i++) a[i] = b[i] + s * c[i];
    __asm__ volatile("" : : "r"(a) : "memory");
  }
}

/* The sum of n floats, so many times: what only reads. */
float total(const float *restrict x, size_t n, size_t times) {
  float all = 0.0f;
  for (size_t k = 0; k < times; k++) {
    float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++) sum += x[i];
    all += sum;
    __asm__ volatile("" : : "r"(x) : "memory");
  }
  return all;
}

/* y[at[i]] += w[i], so many times: what the spikes of a sparse network do to their targets. */
void scatter(float *restrict y, const int32_t *restrict at, const float *restrict w, size_t n, size_t times) {
  for (size_t k = 0; k < times; k++) {
    for (size_t i = 0; i < n; i++) y[at[i]] += w[i];
    __asm__ volatile("" : : "r"(y) : "memory");
  }
}
