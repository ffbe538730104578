package io.ganglion.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** An application that imports the bill of materials gets versions of our artifacts only. */
class BomTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private final Document build = read("pom.xml");
  private final Document bom = read("bom/pom.xml");

  @Test
  void itInheritsNoVersions() {
    assertThat(texts(bom, "/project/parent")).isEmpty();
  }

  @Test
  void itManagesEachPublishedModuleAndNothingElse() {
    List<String> published =
        texts(build, "/project/modules/module").stream()
            .filter(module -> !module.equals("bom"))
            .map(module -> read(module + "/pom.xml"))
            .filter(pom -> !texts(pom, "/project/properties/maven.deploy.skip").contains("true"))
            .map(pom -> "io.ganglion:" + text(pom, "/project/artifactId"))
            .toList();
    List<String> groups = texts(bom, "//dependencyManagement//groupId");
    List<String> artifacts = texts(bom, "//dependencyManagement//artifactId");
    List<String> managed = new ArrayList<>();
    for (int i = 0; i < artifacts.size(); i++) {
      managed.add(groups.get(i) + ":" + artifacts.get(i));
    }
    assertThat(managed).containsExactlyInAnyOrderElementsOf(published);
  }

  @Test
  void itAndAllThatItManagesHaveTheVersionOfTheBuild() {
    assertThat(text(bom, "/project/version")).isEqualTo(text(build, "/project/version"));
    assertThat(texts(bom, "//dependencyManagement//version")).containsOnly("${project.version}");
  }

  @Test
  void itSaysOfTheProjectWhatTheBuildSays() {
    for (String element : List.of("url", "organization", "licenses", "developers", "scm")) {
      String path = "/project/" + element;
      assertThat(text(bom, path)).as(element).isNotEmpty().isEqualTo(text(build, path));
    }
  }

  @Test
  void itIsBuiltByThePluginsOfTheBuild() {
    for (String plugin : texts(bom, "/project/build/pluginManagement//plugin/artifactId")) {
      String version =
          "/project/build/pluginManagement//plugin[artifactId='" + plugin + "']/version";
      assertThat(text(bom, version)).as(plugin).isEqualTo(text(build, version));
    }
  }

  private static Document read(String pom) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(ROOT.resolve(pom).toFile());
    } catch (Exception e) {
      throw new AssertionError("cannot read " + pom, e);
    }
  }

  private static String text(Document pom, String path) {
    return String.join("; ", texts(pom, path));
  }

  private static List<String> texts(Document pom, String path) {
    XPath xpath = XPathFactory.newInstance().newXPath();
    try {
      NodeList nodes = (NodeList) xpath.evaluate(path, pom, XPathConstants.NODESET);
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < nodes.getLength(); i++) {
        texts.add(nodes.item(i).getTextContent().strip());
      }
      return texts;
    } catch (XPathExpressionException e) {
      throw new AssertionError(path, e);
    }
  }
}
