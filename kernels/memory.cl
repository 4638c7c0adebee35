// Reads and copies: the limits that losses are measured against. Of count vectors, item i takes those from
// i span on, each step vectors after the last, before (i + 1) span, or before count if span is 1. It reads PLACES
// of them at a time, whose number divides what an item has.
#ifndef VECTOR
#define VECTOR uint4
#endif
#define PLACES 4

static inline long end_of(long first, long span, long count) {
  return span == 1 ? count : min(first + span, count);
}

__kernel void read_memory(__global const VECTOR *from, long count, long span, long step,
                          __global VECTOR *sums) {
  const long first = get_global_id(0) * span;
  const long end = end_of(first, span, count);
  // No sum waits for itself. A CPU fetches ahead within a page, and answers most when it is read in several.
  const long apart = span == 1 ? step : span / PLACES;
  const long on = span == 1 ? PLACES * step : step;
  VECTOR sum[PLACES] = {0, 0, 0, 0};
  for (long i = first; i + (PLACES - 1) * apart < end; i += on) {
    for (int k = 0; k < PLACES; k++) {
      sum[k] += from[i + k * apart];
    }
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
