// Sums losses without rounding, each work-item some of them; exact_sum.clh says how.
//
// Per loss of w bytes w read. What a work-item found is 13 longs for floats, 69 for doubles.
#include "exact_sum.clh"
#include "item_share.clh"

#define TENSOR loss
#define TENSOR_TYPE REAL_TYPE
#include "element.clh"

__kernel void sum_losses(__global const loss_t *losses, long count, __global long *sums) {
  const share_t share = share_of(count);
  exact_sum_t sum;
  clear_sum(&sum);
  for (long i = share.from; i < share.end; i += share.step) {
    const int there = (int)min((long)AT_ONCE, share.end - i);
    add_terms(&sum, loss_load_number(losses, i, there), there);
  }
  write_sum(&sum, sums);
}

// Brings the sums of many work-items down to those of a few: work-item i adds word i / few of every few-th
// of them from i % few on.
__kernel void merge_sums(__global const long *sums, long items, long few, __global long *merged) {
  const long i = get_global_id(0);
  const long word = i / few;
  if (word >= SUM_WORDS) {
    return;
  }
  long sum = 0;
  for (long item = i % few; item < items; item += few) {
    sum += sums[word * items + item];
  }
  merged[i] = sum;
}
