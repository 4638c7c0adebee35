// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossBackend.Status;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Machines on which a part of OpenCL is missing, each as a JVM of its own: the backend says in one
 * line which part, prints nothing else and throws only when it is asked for by name.
 */
@EnabledOnOs(OS.LINUX)
class OpenClAbsenceTest {
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  @TempDir Path folder;

  /** What the child JVM runs. */
  public static final class Report {
    private Report() {}

    /** Prints the status, the number of devices and what asking by name throws. */
    public static void main(String[] args) {
      LossBackend backend = new OpenClBackend();
      System.out.println(
          backend.status() instanceof Status.Unusable(String reason) ? reason : "usable");
      System.out.println(backend.devices().size());
      try {
        System.out.println(LossBackend.named("opencl"));
      } catch (BackendUnavailableException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void withoutTheLoader() throws Exception {
    // The dynamic linker takes the first file of the name and fails, as if there were none.
    Files.writeString(folder.resolve("libOpenCL.so.1"), "no library");
    Files.writeString(folder.resolve("libOpenCL.so"), "no library");
    String reason = reason(CLASS_PATH, Map.of("LD_LIBRARY_PATH", folder.toString()));
    assertTrue(
        reason.startsWith("the OpenCL ICD loader (libOpenCL.so.1) is not installed"), reason);
    assertTrue(reason.contains("apt install ocl-icd-libopencl1"), reason);
  }

  @Test
  @RequiresOpenCl
  void withoutPlatforms() throws Exception {
    String reason = reason(CLASS_PATH, Map.of("OCL_ICD_VENDORS", folder.toString()));
    assertTrue(reason.startsWith("the OpenCL loader finds no platform"), reason);
    assertTrue(reason.contains("/etc/OpenCL/vendors"), reason);
  }

  @Test
  @RequiresOpenCl
  void withoutDevices() throws Exception {
    assumeTrue(
        ClDiscovery.get().devices().stream()
            .allMatch(device -> device.platform().equals("Portable Computing Language")),
        "only pocl can be told to hide its devices");
    String reason = reason(CLASS_PATH, Map.of("POCL_DEVICES", "none"));
    assertTrue(
        reason.startsWith("no OpenCL platform has a device, of [Portable Computing Language]"),
        reason);
  }

  @Test
  void withoutJocl() throws Exception {
    String classPath =
        Arrays.stream(CLASS_PATH.split(File.pathSeparator))
            .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("jocl-"))
            .collect(Collectors.joining(File.pathSeparator));
    String reason = reason(classPath, Map.of());
    assertTrue(reason.contains("org/jocl"), reason);
  }

  /** Runs {@link Report} in a JVM of its own. */
  private String reason(String classPath, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            Report.class.getName());
    builder.environment().putAll(environment);
    Path output = folder.resolve("output");
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Process child = builder.start();
    if (!child.waitFor(60, TimeUnit.SECONDS)) {
      child.destroyForcibly();
      throw new AssertionError("the child JVM hangs");
    }
    List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
    assertEquals(3, lines.size(), () -> String.join("\n", lines));
    assertEquals("0", lines.get(1));
    assertEquals("the backend opencl cannot serve: " + lines.getFirst(), lines.get(2));
    return lines.getFirst();
  }
}
