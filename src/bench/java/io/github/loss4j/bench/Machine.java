// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.LossBackend;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a time means nothing without: Linux and its files say it. */
final class Machine {
  private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

  private Machine() {}

  static Map<String, String> facts() throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    facts.put(
        "processor",
        "%s, %d cores, %s"
            .formatted(
                found("/proc/cpuinfo", "model name\\s*: (.*)"),
                Runtime.getRuntime().availableProcessors(),
                widest()));
    long kilobytes = Long.parseLong(found("/proc/meminfo", "MemTotal:\\s*(\\d+)"));
    facts.put("memory", Math.round(kilobytes / 1048576.0) + " GiB");
    facts.put(
        "system",
        found("/etc/os-release", "PRETTY_NAME=\"(.*)\"")
            + ", Linux "
            + System.getProperty("os.version"));
    facts.put("huge pages", Files.readString(HUGE_PAGES).strip());
    facts.put("Java", System.getProperty("java.vendor.version"));
    facts.put("loss4j opencl", opencl());
    facts.put("libtorch", version("pytorch") + " of org.bytedeco:pytorch");
    facts.put("ONNX Runtime", version("onnxruntime"));
    facts.put("DJL", version("pytorch-engine") + ", libtorch " + version("pytorch-native-cpu"));
    return facts;
  }

  private static String widest() throws IOException {
    String flags = found("/proc/cpuinfo", "flags\\s*: (.*)");
    return flags.contains("avx512f") ? "AVX-512" : flags.contains("avx2") ? "AVX2" : "no AVX2";
  }

  private static String opencl() {
    LossBackend backend = LossBackend.named("opencl");
    return PeerName.OPENCL.usable()
        ? String.join("; ", backend.devices().stream().map(LossBackend.Device::name).toList())
        : "none";
  }

  private static String found(String file, String pattern) throws IOException {
    Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(Path.of(file)));
    return matcher.find() ? matcher.group(1) : "unknown";
  }

  /** That of a jar on the class path. */
  private static String version(String artifact) {
    Pattern jar = Pattern.compile(Pattern.quote(artifact) + "-(\\d.*?)(-linux-\\w+)?\\.jar");
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(path -> jar.matcher(Path.of(path).getFileName().toString()))
        .filter(Matcher::matches)
        .map(match -> match.group(1))
        .findFirst()
        .orElse("unknown");
  }
}
