// SPDX-License-Identifier: Apache-2.0
// Gives the libraries' class files of Java 5 what those of Java 6 have: stack maps, by which the JVM
// verifies a class in one pass. It keeps no older class in a cache for the next start, and picocli's
// are of Java 5: to load and verify them anew takes a fifth of the time in which a command answers.
//
//   java .mvn/StackMaps.java <folder>
//
// Changes the jars of the folder that have such classes, and says so in their manifests.

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodTransform;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** The first version whose classes have stack maps. */
static final int FIRST = ClassFile.JAVA_6_VERSION;

void main(String[] args) throws Exception {
  try (Stream<Path> files = Files.list(Path.of(args[0]))) {
    for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).toList()) {
      rewrite(jar);
    }
  }
}

void rewrite(Path jar) throws Exception {
  Path changed = jar.resolveSibling(jar.getFileName() + ".changed");
  try (var in = new JarFile(jar.toFile());
      var libraries = new URLClassLoader(new URL[] {jar.toUri().toURL()})) {
    if (in.stream().noneMatch(entry -> isOld(entry, bytes(in, entry)))) {
      return;
    }
    ClassFile classFile =
        ClassFile.of(
            ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(libraries)));
    Manifest manifest = in.getManifest();
    manifest.getMainAttributes().putValue("Changed-By-Loss4j", "class files have stack maps");
    try (var out = new JarOutputStream(Files.newOutputStream(changed), manifest)) {
      for (JarEntry entry : Collections.list(in.entries())) {
        if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
          byte[] bytes = bytes(in, entry);
          out.putNextEntry(new JarEntry(entry.getName()));
          out.write(isOld(entry, bytes) ? withStackMaps(classFile, bytes) : bytes);
        }
      }
    }
  }
  Files.move(changed, jar, StandardCopyOption.REPLACE_EXISTING);
}

/** They are generated as a method's code is written anew. */
byte[] withStackMaps(ClassFile classFile, byte[] bytes) {
  ClassTransform version =
      (builder, element) -> {
        if (element instanceof ClassFileVersion) {
          builder.withVersion(FIRST, 0);
        } else {
          builder.with(element);
        }
      };
  ClassTransform code =
      ClassTransform.transformingMethods(
          MethodTransform.transformingCode(CodeTransform.ACCEPT_ALL));
  return classFile.transformClass(classFile.parse(bytes), version.andThen(code));
}

boolean isOld(JarEntry entry, byte[] bytes) {
  return entry.getName().endsWith(".class")
      && ClassFile.of().parse(bytes).majorVersion() < FIRST;
}

byte[] bytes(JarFile jar, JarEntry entry) {
  try (InputStream in = jar.getInputStream(entry)) {
    return in.readAllBytes();
  } catch (IOException e) {
    throw new UncheckedIOException(e);
  }
}
