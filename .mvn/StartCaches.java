// SPDX-License-Identifier: Apache-2.0
// Lets the JVM learn from evaluations how to start faster.
//
//   java .mvn/StartCaches.java <jar> <sample>
//
// <jar> is loss4j.jar with lib beside it, and <sample> is a folder with input.npy and target.npy.
// The caches lie beside the jar and are of use only to the Java that made them; the launcher says
// which is for what.

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

final class StartCaches {
  private final Path javaHome;
  private final Path jar;
  private final Path sample;

  private StartCaches(Path javaHome, Path jar, Path sample) {
    this.javaHome = javaHome;
    this.jar = jar;
    this.sample = sample;
  }

  public static void main(String[] args) throws Exception {
    make(Path.of(System.getProperty("java.home")), Path.of(args[0]), Path.of(args[1]));
  }

  static void make(Path javaHome, Path jar, Path sample) throws Exception {
    StartCaches caches = new StartCaches(javaHome, jar, sample);
    caches.make("-XX:AOTCacheOutput=", "loss4j.aot", "cpu", 0);
    // Where no device is, it fails, after having learnt how to look for one.
    caches.make("-XX:AOTCacheOutput=", "loss4j-opencl.aot", "opencl", 1);
    // A cache of JEP 514 holds no lambdas where there is an incubator module, one of JEP 350 does.
    caches.make(
        "-XX:ArchiveClassesAtExit=",
        "loss4j-vectors.jsa",
        "cpu",
        0,
        "--add-modules=jdk.incubator.vector",
        "-Dloss4j.cpu=vectors-at-once");
  }

  private void make(
      String option, String cache, String backend, int acceptedStatus, String... options)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(javaHome.resolve("bin/java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            option + jar.resolveSibling(cache),
            "-Xlog:aot=off,cds=off",
            "-jar",
            jar.toString(),
            "eval",
            "--backend=" + backend,
            "--logits=" + sample.resolve("input.npy"),
            "--targets=" + sample.resolve("target.npy")));
    Path log = jar.resolveSibling(cache + ".txt");
    int status =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    if (status != 0 && status != acceptedStatus) {
      System.err.print(Files.readString(log));
      System.exit(status);
    }
    Files.delete(log);
  }
}
