// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.host.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Launch plans that were measured are found again, and no file can do harm. */
@RequiresOpenCl
class TuningFileTest {
  private static final Logger LOGGER = Logger.getLogger("io.github.loss4j.opencl");
  private static final RowClass MANY_SHORT = new RowClass(false, false, false, 4);
  private static final Rows ROWS = new Rows(10_000, 100, 1);

  @TempDir private Path folder;
  private final List<LogRecord> logged = new ArrayList<>();
  private final ClDevice device = TestKernels.device();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          logged.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    System.setProperty(TuningFile.FOLDER, folder.resolve("new/cache").toString());
    LOGGER.addHandler(handler);
    LOGGER.setUseParentHandlers(false);
  }

  @AfterEach
  void leave() {
    LOGGER.removeHandler(handler);
    LOGGER.setUseParentHandlers(true);
    System.clearProperty(TuningFile.FOLDER);
  }

  private LaunchPlan measured() {
    return LaunchPlan.standard(device, LaunchShape.BY_ITEM).withElementsPerItem(77);
  }

  private Path written() throws IOException {
    TuningFile file = TuningFile.of(device);
    file.write(Map.of(MANY_SHORT, measured()));
    return file.path();
  }

  private LaunchPlan planned(Rows rows) {
    return LaunchPlans.of(device).of(rows, 4);
  }

  @Test
  void withoutAFileThePlansAreStandard() {
    assertEquals(LaunchPlan.standard(device, ROWS), planned(ROWS));
    assertTrue(logged.isEmpty());
  }

  @Test
  void whatWasMeasuredIsFoundForRowsOfItsClass() throws IOException {
    written();
    assertEquals(measured(), planned(ROWS));
    Rows strided = new Rows(4, 10, 1000);
    assertEquals(LaunchPlan.standard(device, strided), planned(strided));
    assertEquals(LaunchPlan.standard(device, ROWS), LaunchPlans.of(device).of(ROWS, 2));
    written();
    assertEquals(measured(), planned(ROWS), "written over");
    try (var files = Files.list(TuningFile.of(device).path().getParent())) {
      assertEquals(1, files.count(), "nothing else is left there");
    }
    assertTrue(logged.isEmpty());
  }

  @Test
  void aForcedShapeGoesBeforeWhatWasMeasured() throws IOException {
    written();
    System.setProperty(LaunchShape.PROPERTY, "split");
    try {
      assertEquals(LaunchShape.SPLIT, planned(ROWS).shape());
    } finally {
      System.clearProperty(LaunchShape.PROPERTY);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "^driver=.*, driver=0.1, driver is 0.1",
    "^device=.*, device=another, device is another",
    "^kernels=.*, kernels=older, kernels is older",
    "^format=.*, format=0, format is 0",
    "^kernels=.*, '', kernels is missing",
    "BY_ITEM, BY_CHANCE, cannot be read",
    "BY_ITEM, BY_POSITION, cannot launch",
    "' 77$', ' 0', cannot launch",
    "' 77$', '', has not four parts",
    "' 77$', ' 1e9', cannot be read",
    "BY_ITEM \\d+, BY_ITEM 100, cannot launch",
    "BY_ITEM \\d+, BY_ITEM 1048576, cannot launch",
    "plan, \\\\u00, cannot be read"
  })
  void whatIsDamagedForeignOrStaleIsIgnoredWithALine(String part, String by, String why)
      throws IOException {
    Path file = written();
    String text = Files.readString(file);
    String changed = Pattern.compile(part, Pattern.MULTILINE).matcher(text).replaceAll(by);
    assertTrue(!changed.equals(text), text);
    Files.writeString(file, changed);
    assertEquals(LaunchPlan.standard(device, ROWS), planned(ROWS));
    assertEquals(1, logged.size());
    String line =
        MessageFormat.format(logged.getFirst().getMessage(), logged.getFirst().getParameters());
    assertTrue(line.contains(why), line);
    assertTrue(line.contains("loss4j tune"), line);
  }

  @Test
  void bytesThatAreNoTextAreIgnored() throws IOException {
    Path file = written();
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1, 2});
    assertEquals(LaunchPlan.standard(device, ROWS), planned(ROWS));
    assertEquals(1, logged.size());
  }
}
