// SPDX-License-Identifier: Apache-2.0
// Formats the Java sources with google-java-format, or lists those that are not formatted. The
// build starts this file on the JDK 25: the formatter parses with the javac of its own JVM, and
// Maven's JVM may be too old for these sources.
//
//   java -cp google-java-format-all-deps.jar .mvn/Format.java check|apply <list> <folder>...
//
// <list> is the file to write the names to; it does not exist afterwards when nothing is wrong.

import com.google.googlejavaformat.java.Main;

void main(String[] args) throws Exception {
  var command = new ArrayList<String>();
  command.add(args[0].equals("apply") ? "--replace" : "--dry-run");
  Path list = Path.of(args[1]);
  for (String folder : Arrays.asList(args).subList(2, args.length)) {
    try (Stream<Path> files = Files.walk(Path.of(folder))) {
      files.map(Path::toString).filter(f -> f.endsWith(".java")).sorted().forEach(command::add);
    }
  }

  var unformatted = new StringWriter();
  var err = new PrintWriter(System.err, true);
  int status =
      new Main(new PrintWriter(unformatted), err, System.in)
          .format(command.toArray(String[]::new));

  Files.deleteIfExists(list);
  if (!unformatted.toString().isEmpty()) {
    Files.writeString(list, unformatted.toString());
    System.err.print("Not formatted:\n" + unformatted);
  }
  System.exit(status);
}
