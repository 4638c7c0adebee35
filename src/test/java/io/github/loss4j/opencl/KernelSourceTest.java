// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Included files are copied in, and the compiler still knows which line is whose. */
class KernelSourceTest {
  @TempDir Path folder;

  @AfterEach
  void forgetTheFolder() {
    System.clearProperty("loss4j.kernels");
  }

  private void write(String file, String text) throws IOException {
    System.setProperty("loss4j.kernels", folder.toString());
    Files.writeString(folder.resolve(file), text);
  }

  @Test
  void includesAreCopiedInWithTheirLines() throws IOException {
    write("a.cl", "int a;\n  # include \"b.clh\" // b\nint d;");
    write("b.clh", "int b;\n#include \"c.clh\"\n");
    write("c.clh", "int c;\n");
    assertEquals(
        """
        #line 1 "a.cl"
        int a;
        #line 1 "b.clh"
        int b;
        #line 1 "c.clh"
        int c;
        #line 3 "b.clh"
        #line 3 "a.cl"
        int d;
        """,
        KernelSource.of("a.cl"));
  }

  @Test
  void aHeaderMayBeIncludedTwice() throws IOException {
    write("a.cl", "#define T float\n#include \"t.clh\"\n#define T half\n#include \"t.clh\"\n");
    write("t.clh", "T x;\n");
    assertEquals(2, KernelSource.of("a.cl").lines().filter("T x;"::equals).count());
  }

  @Test
  void aFileThatIncludesItselfIsRefused() throws IOException {
    write("a.cl", "#include \"b.clh\"\n");
    write("b.clh", "#include \"a.cl\"\n");
    Exception e = assertThrows(IllegalStateException.class, () -> KernelSource.of("a.cl"));
    assertEquals("the kernel file a.cl includes itself: a.cl -> b.clh -> a.cl", e.getMessage());
  }

  @Test
  void aMissingHeaderNamesWhoWantsIt() throws IOException {
    write("a.cl", "#include \"b.clh\"\n");
    Exception e = assertThrows(IllegalStateException.class, () -> KernelSource.of("a.cl"));
    assertTrue(
        e.getMessage().startsWith("b.clh, included by a.cl, is not in " + folder), e::getMessage);
  }

  @Test
  void aMissingFileIsSoughtOnTheClassPath() {
    Exception e = assertThrows(IllegalStateException.class, () -> KernelSource.of("none.cl"));
    assertEquals(
        "the kernel file none.cl is not on the class path as /io/github/loss4j/kernels/none.cl",
        e.getMessage());
  }
}
