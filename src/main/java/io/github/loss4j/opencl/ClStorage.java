// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.DeviceStorage;
import java.lang.foreign.MemorySegment;

/**
 * A range of a buffer of the caller's own.
 *
 * @param whole the buffer
 * @param offset where the range begins, in bytes
 * @param byteSize how long it is
 */
record ClStorage(ClBuffer whole, long offset, long byteSize) implements DeviceStorage {

  @Override
  public String device() {
    return whole.session().device();
  }

  @Override
  public boolean isReadOnly() {
    return whole.isReadOnly();
  }

  @Override
  public DeviceStorage slice(long from, long bytes) {
    return new ClStorage(whole, offset + from, bytes);
  }

  @Override
  public boolean overlaps(DeviceStorage other) {
    return other instanceof ClStorage that
        && whole.root() == that.whole.root()
        && begin() < that.begin() + that.byteSize
        && that.begin() < begin() + byteSize;
  }

  private long begin() {
    return whole.origin() + offset;
  }

  @Override
  public void copyTo(MemorySegment host) {
    whole.session().download(this, host);
  }

  @Override
  public void copyFrom(MemorySegment host) {
    whole.session().upload(host, this);
  }
}
