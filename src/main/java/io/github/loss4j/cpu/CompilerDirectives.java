// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.JMRuntimeException;
import javax.management.ObjectName;

/** What HotSpot's compilers are told as it runs (JEP 165), if it has the module jdk.management. */
final class CompilerDirectives {
  private static final String SERVER = "com.sun.management:type=DiagnosticCommand";

  private CompilerDirectives() {}

  /**
   * Adds some, and returns what the JVM says to it.
   *
   * @throws IOException if it does not take them
   */
  static String add(byte[] json) throws IOException {
    Path file = Files.createTempFile("loss4j", ".json");
    try {
      Files.write(file, json);
      Object answer =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName(SERVER),
                  "compilerDirectivesAdd",
                  new Object[] {new String[] {file.toString()}},
                  new String[] {String[].class.getName()});
      return answer.toString().strip();
    } catch (JMException | JMRuntimeException e) {
      throw new IOException("this JVM takes no compiler directives: " + e, e);
    } finally {
      Files.delete(file);
    }
  }
}
