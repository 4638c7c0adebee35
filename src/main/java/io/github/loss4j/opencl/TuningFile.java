// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The launch plans that were measured on a device, in the user's cache folder: {@code
 * $XDG_CACHE_HOME/loss4j} or {@code ~/.cache/loss4j}, unless the system property {@value #FOLDER}
 * names another.
 *
 * <p>A file that is damaged, of another device or driver, or older than the kernels is ignored,
 * with one line in the log: the standard plans always serve.
 *
 * @param path the file
 * @param device the device whose it is
 */
record TuningFile(Path path, ClDevice device) {
  static final String FOLDER = "loss4j.cache";

  private static final System.Logger LOG = System.getLogger("io.github.loss4j.opencl");

  /** Changes whenever a plan of an older version would mean something else. */
  private static final String FORMAT = "1";

  private static final String PLAN = "plan.";

  static TuningFile of(ClDevice device) {
    String name = "tuning-%s.properties".formatted(hash(identity(device).toString()));
    return new TuningFile(folder().resolve(name), device);
  }

  private static Path folder() {
    String folder = System.getProperty(FOLDER);
    if (folder != null) {
      return Path.of(folder);
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    return cache != null && Path.of(cache).isAbsolute()
        ? Path.of(cache, "loss4j")
        : Path.of(System.getProperty("user.home", ""), ".cache", "loss4j");
  }

  private static Map<String, String> identity(ClDevice device) {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("device", device.name());
    identity.put("platform", device.platform());
    identity.put("driver", device.driver());
    return identity;
  }

  /** What must be the same now as when the plans were measured. */
  private Map<String, String> header() {
    Map<String, String> header = identity(device);
    header.put("format", FORMAT);
    // The file of a loss includes every launch shape.
    header.put("kernels", hash(KernelSource.of("cross_entropy.cl")));
    return header;
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * The plans that were measured.
   *
   * @return one for each {@link RowClass} that has one; none if there is no file, or it is ignored
   */
  Map<String, LaunchPlan> read() {
    if (!Files.isRegularFile(path)) {
      return Map.of();
    }
    Properties properties = new Properties();
    Map<String, LaunchPlan> plans = new TreeMap<>();
    @Nullable String fault;
    try (Reader reader = Files.newBufferedReader(path)) {
      properties.load(reader);
      fault = foreign(properties).orElse(null);
      for (String key : properties.stringPropertyNames()) {
        if (key.startsWith(PLAN)) {
          String rows = key.substring(PLAN.length());
          plans.put(rows, plan(rows, properties.getProperty(key)));
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      fault = "it cannot be read: " + e.getMessage();
    }
    if (fault == null) {
      return plans;
    }
    LOG.log(
        System.Logger.Level.WARNING,
        "the launch plans in {0} are ignored: {1}; 'loss4j tune' measures them again",
        path,
        fault);
    return Map.of();
  }

  /** Why the file says nothing of this device as it is now. */
  private Optional<String> foreign(Properties properties) {
    return header().entrySet().stream()
        .filter(entry -> !entry.getValue().equals(properties.getProperty(entry.getKey())))
        .findFirst()
        .map(
            entry ->
                "%s is %s, but now %s"
                    .formatted(
                        entry.getKey(),
                        properties.getProperty(entry.getKey(), "missing"),
                        entry.getValue()));
  }

  private LaunchPlan plan(String rows, String text) {
    LaunchPlan plan = LaunchPlan.parse(text);
    boolean strided = rows.startsWith("strided");
    if (!plan.fits(device) || strided != plan.shape().takesStrides()) {
      throw new IllegalArgumentException("the device cannot launch '%s'".formatted(text));
    }
    return plan;
  }

  /** Writes plans, in place of those that are there; a reader sees the old file or the new one. */
  void write(Map<RowClass, LaunchPlan> plans) throws IOException {
    Properties properties = new Properties();
    header().forEach(properties::setProperty);
    plans.forEach((rows, plan) -> properties.setProperty(PLAN + rows, plan.toString()));
    Path folder = Files.createDirectories(path.toAbsolutePath().getParent());
    Path part = Files.createTempFile(folder, "tuning", ".part");
    try {
      try (Writer writer = Files.newBufferedWriter(part)) {
        properties.store(writer, "loss4j tune");
      }
      Files.move(part, path, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
