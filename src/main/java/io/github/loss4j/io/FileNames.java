// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The files that names on a command line stand for. */
final class FileNames {
  static final String STANDARD_INPUT = "-";

  /** The name of the first of several files, and of a tensor in each of them. */
  private static final Pattern FIRST_SHARD = Pattern.compile("(.*-)00001(-of-([0-9]{5})[^/]*)");

  private FileNames() {}

  static List<String> of(List<String> specs) throws InvalidFileException {
    List<String> files = new ArrayList<>();
    for (String spec : specs) {
      Matcher shard = FIRST_SHARD.matcher(spec);
      if (shard.matches() && specs.size() == 1) {
        addShards(files, shard);
      } else if (isPattern(spec)) {
        addFitting(files, spec);
      } else {
        files.add(spec);
      }
    }
    return files;
  }

  private static void addShards(List<String> files, Matcher first) {
    int count = Integer.parseInt(first.group(3));
    for (int shard = 1; shard <= Math.max(1, count); shard++) {
      files.add(
          "%s%s%s"
              .formatted(
                  first.group(1), String.format(Locale.ROOT, "%05d", shard), first.group(2)));
    }
  }

  private static boolean isPattern(String spec) {
    return spec.matches(".*[*?\\[{].*") && !Files.exists(Path.of(spec));
  }

  private static void addFitting(List<String> files, String spec) throws InvalidFileException {
    int colon = spec.lastIndexOf(':');
    String pattern = colon < 0 ? spec : spec.substring(0, colon);
    String tensor = colon < 0 ? "" : spec.substring(colon);
    Path path = Path.of(pattern);
    Path folder = path.getParent();
    Path name = path.getFileName();
    List<String> fitting = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(folder == null ? Path.of("") : folder, String.valueOf(name))) {
      entries.forEach(file -> fitting.add(file + tensor));
    } catch (PatternSyntaxException e) {
      throw new InvalidFileException(path, "is not a pattern of file names: " + e.getMessage(), e);
    } catch (DirectoryIteratorException e) {
      throw InvalidFileException.because(
          Objects.requireNonNull(e.getCause()), path, "cannot be searched for");
    } catch (IOException e) {
      throw InvalidFileException.because(e, path, "cannot be searched for");
    }
    if (fitting.isEmpty()) {
      throw new InvalidFileException(path, "fits the name of no file");
    }
    files.addAll(fitting.stream().sorted().toList());
  }
}
