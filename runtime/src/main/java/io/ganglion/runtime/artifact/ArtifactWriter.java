package io.ganglion.runtime.artifact;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.ganglion.runtime.artifact.ArtifactException.Reason;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.text.TokenizerSpec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes an artifact into a temporary sibling of its directory and moves it into place at the end,
 * so that nobody ever sees a half-written artifact. Not thread-safe.
 */
public final class ArtifactWriter implements AutoCloseable {
  private final Path target;
  private final Path work;
  private boolean staged;
  private boolean committed;

  private ArtifactWriter(Path target, Path work) {
    this.target = target;
    this.work = work;
  }

  /** Starts an artifact; refuses a directory that exists. */
  public static ArtifactWriter create(Path directory) throws ArtifactException {
    Path target = directory.toAbsolutePath().normalize();
    Path parent = target.getParent();
    requireFree(target);
    if (parent == null || !Files.isDirectory(parent)) {
      throw new ArtifactException(
          Reason.IO,
          "Cannot write %s: its parent %s is not a directory: create it first."
              .formatted(directory, parent));
    }
    String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Path work = parent.resolve("." + target.getFileName() + ".tmp-" + random);
    try {
      Files.createDirectory(work);
    } catch (IOException e) {
      throw new ArtifactException(
          Reason.IO, "Cannot write into " + parent + ": " + IoMessage.of(e), e);
    }
    return new ArtifactWriter(target, work);
  }

  private static void requireFree(Path target) throws ArtifactException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new ArtifactException(
          Reason.EXISTS, target + " exists already: remove it or name another output.");
    }
  }

  /**
   * The temporary sibling. Other files of the artifact, such as those in {@code neuron/}, may be
   * written below it before {@link #stage}.
   */
  public Path workDirectory() {
    return work;
  }

  /**
   * The writer of the weights. Write the tensors of {@link WeightSchema#of} and close it before
   * {@link #stage}.
   */
  public SafeTensorsWriter weights(ModelManifest manifest) throws ArtifactException {
    return SafeTensorsWriter.create(work.resolve(ArtifactFiles.WEIGHTS), WeightSchema.of(manifest));
  }

  /** Writes {@code tokenizer.json}. */
  public void tokenizer(TokenizerSpec tokenizer) throws ArtifactException {
    Path file = work.resolve(ArtifactFiles.TOKENIZER);
    try {
      Files.write(file, tokenizer.toJson());
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  /** Writes {@code golden.safetensors}. */
  public void golden(GoldenSet golden, ModelManifest manifest) throws ArtifactException {
    GoldenFile.write(work.resolve(ArtifactFiles.GOLDEN), golden, manifest.task());
  }

  /**
   * Writes the manifest with the checksums of all files: the work directory can now be opened. May
   * be called again after a change.
   */
  public void stage(ModelManifest manifest) throws ArtifactException {
    staged = false;
    Map<String, FileEntry> files = new TreeMap<>();
    Path file = work;
    try {
      for (String name : ArtifactFiles.list(work)) {
        file = work.resolve(name);
        force(file);
        files.put(name, Checksums.of(file));
      }
      file = work.resolve(ArtifactFiles.MANIFEST);
      Files.write(file, ManifestFile.format(manifest, files));
      force(file);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
    staged = true;
  }

  /** Moves the staged directory into place. */
  public void commit() throws ArtifactException {
    if (!staged) {
      throw new IllegalStateException("Only a staged artifact can be committed.");
    }
    requireFree(target);
    try {
      force(work);
      Files.move(work, target, StandardCopyOption.ATOMIC_MOVE);
      committed = true;
      force(work.resolveSibling("."));
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
  }

  /**
   * Forces a file's contents, or a directory's entries, to the disk, so that they survive a power
   * cut.
   */
  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static ArtifactException cannotWrite(Path file, IOException cause) {
    return new ArtifactException(
        Reason.IO, "Cannot write " + file + ": " + IoMessage.of(cause), cause);
  }

  /** Deletes the work directory unless committed. Idempotent. */
  @Override
  public void close() {
    if (committed || !Files.exists(work, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      MoreFiles.deleteRecursively(work, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      // Its name marks it as a leftover. Nothing more can be done here.
    }
  }
}
