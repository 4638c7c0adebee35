// Reads and copies: the limits that losses are measured against. Of count vectors, item i takes those from
// i span on, each step vectors after the last, before (i + 1) span, or before count if span is 1.
#ifndef VECTOR
#define VECTOR uint4
#endif

static inline long end_of(long first, long span, long count) {
  return span == 1 ? count : min(first + span, count);
}

__kernel void read_memory(__global const VECTOR *from, long count, long span, long step,
                          __global VECTOR *sums) {
  const long first = get_global_id(0) * span;
  const long end = end_of(first, span, count);
  // Several loads are under way, and no sum waits for itself.
  VECTOR sum[4] = {0, 0, 0, 0};
  long i = first;
  for (; i + 3 * step < end; i += 4 * step) {
    for (int k = 0; k < 4; k++) {
      sum[k] += from[i + k * step];
    }
  }
  for (; i < end; i += step) {
    sum[0] += from[i];
  }
  sums[get_global_id(0)] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

__kernel void copy_memory(__global const VECTOR *from, long count, long span, long step,
                          __global VECTOR *to) {
  const long first = get_global_id(0) * span;
  const long end = end_of(first, span, count);
  for (long i = first; i < end; i += step) {
    to[i] = from[i];
  }
}
