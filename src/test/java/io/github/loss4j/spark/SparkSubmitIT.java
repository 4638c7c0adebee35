// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.eval.EvaluationOptions;
import io.github.loss4j.eval.Metric;
import io.github.loss4j.eval.Sample;
import io.github.loss4j.examples.spark.EvaluateOnSpark;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launch script and the example with Spark's own launcher, which is what spark-submit starts.
 * The Spark folder leads to the jars of the class path, without loss4j and JOCL.
 */
class SparkSubmitIT {
  /** What Spark's own bin/spark-submit does. */
  private static final String SUBMIT =
      """
      #!/bin/bash
      set -euo pipefail
      export SPARK_SCALA_VERSION=2.13
      "$JAVA_HOME/bin/java" -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main \\
        org.apache.spark.deploy.SparkSubmit "$@" > "$SPARK_HOME/command"
      { IFS= read -r -d '' _; IFS= read -r _; mapfile -d '' -t command; } < "$SPARK_HOME/command"
      exec "${command[@]}"
      """;

  @TempDir private Path folder;

  @Test
  void theScriptSendsLoss4jAlong() throws Exception {
    Path totals = folder.resolve("totals.bin");
    String printed =
        run(
            List.of(
                "docker/spark-submit.sh",
                "--master",
                "local[2]",
                "--conf",
                "spark.ui.enabled=false",
                "--class",
                SparkProgram.class.getName(),
                program().toString(),
                Files.createDirectory(folder.resolve("there")).toString(),
                totals.toString()));
    assertTrue(printed.contains(" of 300 rows"), printed);
    EvaluationOptions options =
        EvaluationOptions.DEFAULT.withMetrics(Metric.ACCURACY, Metric.HISTOGRAM);
    assertArrayEquals(
        new SparkSample(folder, SparkProgram.ROWS)
            .totals(new CrossEntropyLoss(), options)
            .toBytes(),
        Files.readAllBytes(totals));
  }

  @Test
  void jarsOfTheCallerGoWithThem() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("spark/bin"));
    write(bin.resolve("spark-submit"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    List<String> words =
        run(List.of("docker/spark-submit.sh", "--jars", "a.jar,b c.jar", "p.jar", "--jars", "x"))
            .lines()
            .toList();
    assertEquals("--jars", words.getFirst());
    assertTrue(words.get(1).matches(".*/loss4j\\.jar,.*/jocl-[^/]*\\.jar,a\\.jar,b c\\.jar"));
    assertEquals(List.of("p.jar", "--jars", "x"), words.subList(2, words.size()));
  }

  @Test
  void gpusAreToldByTheirPciAddresses() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("nvidia"));
    write(
        bin.resolve("nvidia-smi"),
        "#!/bin/sh\necho '00000000:0A:00.0'\necho '00000000:C1:00.0 '\n");
    assertEquals(
        "{\"name\": \"gpu\", \"addresses\": [\"00000000:0A:00.0\",\"00000000:C1:00.0\"]}\n",
        run(List.of("env", "PATH=" + bin + ":" + System.getenv("PATH"), "docker/spark-gpus.sh")));
  }

  /** A folder as SPARK_HOME, unless there is one. */
  private Path spark() throws IOException {
    Path spark = folder.resolve("spark");
    if (Files.notExists(spark)) {
      write(Files.createDirectories(spark.resolve("bin")).resolve("spark-submit"), SUBMIT);
      StringJoiner jars = new StringJoiner(" ");
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
        Path jar = Path.of(entry);
        String name = jar.getFileName().toString();
        if (name.endsWith(".jar") && !name.startsWith("loss4j") && !name.startsWith("jocl")) {
          jars.add(jar.toUri().toString());
        }
      }
      Manifest manifest = new Manifest();
      manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
      manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, jars.toString());
      Path all = Files.createDirectory(spark.resolve("jars")).resolve("all.jar");
      new JarOutputStream(Files.newOutputStream(all), manifest).close();
    }
    return spark;
  }

  private static void write(Path script, String text) throws IOException {
    Files.writeString(script, text);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }

  /** A jar of the program, with the classes of tests and examples that it needs. */
  private Path program() throws IOException {
    Path jar = folder.resolve("program.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Class<?> type :
          List.of(SparkProgram.class, SparkSample.class, Sample.class, EvaluateOnSpark.class)) {
        String name = type.getName().replace('.', '/') + ".class";
        out.putNextEntry(new JarEntry(name));
        try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
          in.transferTo(out);
        }
      }
    }
    return jar;
  }

  /** Runs a command that must succeed, and returns what it printed. */
  private String run(List<String> command) throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("SPARK_HOME", spark().toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1"); // they live shortly
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    assertTrue(process.waitFor(5, TimeUnit.MINUTES), command::toString);
    assertEquals(0, process.exitValue(), Files.readString(out) + Files.readString(err));
    return Files.readString(out);
  }
}
