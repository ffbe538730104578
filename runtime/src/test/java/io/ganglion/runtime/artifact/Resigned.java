package io.ganglion.runtime.artifact;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Edits artifacts and makes their checksums valid again, so that a refusal has another reason. */
final class Resigned {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String UNSIGNED = "0".repeat(64);

  private Resigned() {}

  /** Edits the manifest. */
  static void manifest(Path artifact, Consumer<ObjectNode> edit) throws Exception {
    Path file = artifact.resolve(ArtifactFiles.MANIFEST);
    ObjectNode root = (ObjectNode) JSON.readTree(file.toFile());
    edit.accept(root);
    write(file, root);
  }

  /** Replaces a file and lists the new one. */
  static void file(Path artifact, String name, byte[] bytes) throws Exception {
    Files.write(artifact.resolve(name), bytes);
    FileEntry entry = Checksums.of(artifact.resolve(name));
    manifest(
        artifact,
        root ->
            ((ObjectNode) root.get("files"))
                .putObject(name)
                .put("bytes", entry.bytes())
                .put("sha256", entry.sha256()));
  }

  private static void write(Path file, ObjectNode root) throws Exception {
    if (!root.path("manifest_sha256").isTextual()) {
      Files.write(file, JSON.writeValueAsBytes(root));
      return;
    }
    root.put("manifest_sha256", UNSIGNED);
    byte[] unsigned = JSON.writeValueAsBytes(root);
    root.put("manifest_sha256", Checksums.of(unsigned));
    Files.write(file, JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8));
  }
}
