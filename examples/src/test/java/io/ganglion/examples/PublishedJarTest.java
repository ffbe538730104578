package io.ganglion.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.client.GanglionClient;
import io.ganglion.proto.v1.ClassifyRequest;
import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks the client SDK as users get it: its jars and their dependencies. */
class PublishedJarTest {
  private static final String RESOURCE = "io/ganglion/client/GanglionClient";

  private Path jar;

  @BeforeEach
  void findTheJar() throws URISyntaxException {
    jar = Path.of(GanglionClient.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    assumeTrue(Files.isRegularFile(jar), "not packaged: run mvn verify, and not mvn test");
  }

  @Test
  void itsModuleHasAStableName() {
    ModuleReference module = ModuleFinder.of(jar).find("io.ganglion.client").orElseThrow();
    ModuleDescriptor descriptor = module.descriptor();
    assertThat(descriptor.isAutomatic()).isTrue();
    assertThat(descriptor.packages()).containsExactly("io.ganglion.client");
  }

  @Test
  void itSaysItsVersionAndItsLicence() throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      assertThat(file.getManifest().getMainAttributes().getValue("Implementation-Version"))
          .matches("[0-9]+\\.[0-9]+.*");
      assertThat(file.getEntry("META-INF/LICENSE")).isNotNull();
    }
  }

  @Test
  void theContractsLieInTheirJar() throws Exception {
    Path contracts =
        Path.of(ClassifyRequest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    assumeTrue(Files.isRegularFile(contracts), "not packaged: run mvn verify, and not mvn test");
    try (JarFile file = new JarFile(contracts.toFile())) {
      assertThat(file.stream().map(entry -> entry.getName()))
          .filteredOn(name -> name.endsWith(".proto"))
          .hasSizeGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void sourcesAndDocumentationLieBesideIt() throws IOException {
    assertThat(entries("-sources.jar")).contains(RESOURCE + ".java");
    assertThat(entries("-javadoc.jar")).anyMatch(name -> name.endsWith(RESOURCE + ".html"));
  }

  @Test
  void itBringsNoTensorFlowNoServerAndNoLoggingBinding() {
    String[] classPath = System.getProperty("java.class.path").split(File.pathSeparator, -1);
    assertThat(Arrays.stream(classPath).map(path -> Path.of(path).getFileName().toString()))
        .anyMatch(name -> name.startsWith("grpc-"))
        .noneMatch(name -> name.matches("(tensorflow|dnnl|ganglion-(runtime|server|compiler)).*"))
        .noneMatch(name -> name.matches("(slf4j-(simple|jdk|log4j)|logback|log4j).*"));
  }

  private List<String> entries(String suffix) throws IOException {
    String name = jar.getFileName().toString().replace(".jar", suffix);
    try (JarFile file = new JarFile(jar.resolveSibling(name).toFile())) {
      return file.stream().map(entry -> entry.getName()).toList();
    }
  }
}
