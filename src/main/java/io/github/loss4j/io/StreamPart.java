// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import io.github.loss4j.InvalidInputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;

/** A {@code .npy} file that comes in order, as from a pipe. */
final class StreamPart implements SourcePart {
  private static final String NAME = "standard input";
  private static final long MOST_BYTES = 1L << 20;

  private final ReadableByteChannel channel;
  private final ArrayLayout layout;
  private long position;

  StreamPart(InputStream in) throws InvalidFileException {
    try {
      layout = NpyHeader.parse(Path.of(NAME), header(in)).layout();
    } catch (InvalidFileException e) {
      throw e;
    } catch (EOFException e) {
      throw new InvalidFileException(Path.of(NAME), "ends within the header of a .npy file", e);
    } catch (IOException e) {
      throw InvalidFileException.because(e, Path.of(NAME), "cannot be read");
    }
    channel = Channels.newChannel(in);
  }

  /** As many bytes as it turns out to need: the beginning says how long the rest is. */
  private static MemorySegment header(InputStream in) throws IOException {
    byte[] bytes = {};
    while (true) {
      MemorySegment contents = MemorySegment.ofArray(bytes);
      int missing = Math.toIntExact(NpyHeader.bytesNeeded(Path.of(NAME), contents) - bytes.length);
      if (missing <= 0) {
        return contents;
      }
      byte[] more = in.readNBytes(missing);
      if (more.length < missing) {
        throw new EOFException();
      }
      bytes = ByteBuffer.allocate(bytes.length + missing).put(bytes).put(more).array();
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ArrayLayout layout() {
    return layout;
  }

  @Override
  public void read(long offset, MemorySegment destination) throws InvalidFileException {
    if (offset < position) {
      throw new InvalidInputException(
          "the standard input cannot be read again from byte " + offset);
    }
    try {
      skip(offset - position);
      for (long at = 0; at < destination.byteSize(); at += MOST_BYTES) {
        readFully(
            destination
                .asSlice(at, Math.min(MOST_BYTES, destination.byteSize() - at))
                .asByteBuffer());
      }
      if (position == layout.bytes()) {
        requireEnd();
      }
    } catch (InvalidFileException e) {
      throw e;
    } catch (IOException e) {
      throw InvalidFileException.because(e, Path.of(NAME), "cannot be read");
    }
  }

  private void skip(long bytes) throws IOException {
    ByteBuffer skipped = ByteBuffer.allocate((int) Math.min(MOST_BYTES, bytes));
    for (long left = bytes; left > 0; left -= skipped.limit()) {
      readFully(skipped.clear().limit((int) Math.min(left, skipped.capacity())));
    }
  }

  private void readFully(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer);
      if (read < 0) {
        throw new InvalidFileException(
            Path.of(NAME),
            "ends after %d bytes of data; %s has %d".formatted(position, layout, layout.bytes()));
      }
      position += read;
    }
  }

  private void requireEnd() throws IOException {
    if (channel.read(ByteBuffer.allocate(1)) >= 0) {
      throw new InvalidFileException(
          Path.of(NAME),
          "goes on behind the data; a .npy file holds one array and nothing after it");
    }
  }

  /** The stream is its opener's to close. */
  @Override
  public void close() {}
}
