// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.Reduction;
import io.github.loss4j.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One call over more elements than an int counts; the file is sparse and takes no disk. */
@RequiresOpenCl
class LargeTensorTest {
  private static final long ROWS = 43_000;
  private static final int CLASSES = 50_257;
  private static final int LABEL = 50_000;

  @Test
  void rowsBehindTheInt32LimitAreReadWhereTheyLie(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("logits");
    long elements = ROWS * CLASSES;
    assertEquals(1, Long.compare(elements, Integer.MAX_VALUE));
    try (Arena arena = Arena.ofShared();
        FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.SPARSE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      MemorySegment memory =
          channel.map(MapMode.READ_WRITE, 0, elements * DType.BF16.bytes(), arena);
      Tensor logits = Tensor.of(memory, DType.BF16, ROWS, CLASSES);
      logits.setDouble((ROWS - 1) * CLASSES + LABEL, 3);
      Tensor labels = Tensor.allocate(arena, DType.I64, ROWS);
      labels.setLong(ROWS - 1, LABEL);
      for (String backend : List.of("cpu", "opencl")) {
        try (LossSession session = LossBackend.named(backend).open()) {
          Tensor losses =
              session
                  .evaluate(new CrossEntropyLoss().withReduction(Reduction.NONE), logits, labels)
                  .loss();
          assertEquals(Math.log(CLASSES), losses.getDouble(ROWS - 2), 1e-5, backend);
          double last = Math.log(CLASSES - 1 + Math.exp(3)) - 3;
          assertEquals(last, losses.getDouble(ROWS - 1), 1e-5, backend);
        }
      }
    }
    Files.delete(file);
  }
}
