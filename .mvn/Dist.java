// SPDX-License-Identifier: Apache-2.0
// Makes the self-contained distribution: a folder with a Java runtime of its own, for machines that
// have none. The build starts this file on the JDK 25, whose runtime it takes the parts from.
//
//   java .mvn/Dist.java <target> <folder> <sample>
//
// <target> holds loss4j.jar and lib; <folder> is made anew. From evaluations of <sample>, a folder
// with input.npy and target.npy, the JVM learns how to start faster.

import java.util.spi.ToolProvider;

/** What loss4j and its libraries use of Java. */
static final String MODULES =
    "java.base,java.logging,jdk.incubator.vector,jdk.management,jdk.unsupported";

void main(String[] args) throws Exception {
  Path target = Path.of(args[0]);
  Path folder = Path.of(args[1]);
  delete(folder);
  Files.createDirectories(folder.resolve("lib"));
  link(folder.resolve("runtime"));
  for (String file : List.of("loss4j", "LICENSE", "README.md")) {
    Files.copy(Path.of(file), folder.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
  }
  Files.copy(target.resolve("loss4j.jar"), folder.resolve("loss4j.jar"));
  try (Stream<Path> jars = Files.list(target.resolve("lib"))) {
    for (Path jar : jars.toList()) {
      Files.copy(jar, folder.resolve("lib").resolve(jar.getFileName()));
    }
  }
  StartCaches.make(folder.resolve("runtime"), folder.resolve("loss4j.jar"), Path.of(args[2]));
}

void link(Path runtime) {
  ToolProvider jlink = ToolProvider.findFirst("jlink").orElseThrow();
  int status =
      jlink.run(
          System.out,
          System.err,
          "--add-modules=" + MODULES,
          "--strip-debug",
          "--no-header-files",
          "--no-man-pages",
          "--compress=zip-9",
          "--generate-cds-archive",
          "--output=" + runtime);
  if (status != 0) {
    System.exit(status);
  }
}

void delete(Path folder) throws IOException {
  if (Files.exists(folder)) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
