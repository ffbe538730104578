package io.ganglion.spark;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * Finds an artifact on this executor. What lies in another file system is copied once for the
 * executor's life, below the folder that Spark removes with it; a change there is not seen.
 * Thread-safe.
 */
final class ArtifactFolder {
  private static final Pattern URI_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

  /** What has been copied. While one task copies, the others wait. */
  @GuardedBy("COPIES")
  private static final Map<String, Path> COPIES = new HashMap<>();

  private ArtifactFolder() {}

  static Path of(String location) throws IOException {
    if (URI_SCHEME.matcher(location).matches()) {
      URI uri = URI.create(location);
      return "file".equals(uri.getScheme()) ? Path.of(uri.getPath()) : copy(uri);
    }
    Path path = Path.of(location);
    if (path.isAbsolute()) {
      return path;
    }
    Path given = Path.of(SparkFiles.get(location));
    if (Files.exists(given)) {
      return given;
    }
    if (Files.exists(path)) {
      return path.toAbsolutePath();
    }
    throw new IOException(
        "The artifact "
            + location
            + " is neither among the files that Spark was given (--archives, --files) nor in "
            + Path.of("").toAbsolutePath()
            + " of this executor: give an absolute path or a URI.");
  }

  private static Path copy(URI uri) throws IOException {
    String key = uri.toString();
    synchronized (COPIES) {
      Path known = COPIES.get(key);
      if (known != null && Files.exists(known)) {
        return known;
      }
      Path folder = Files.createTempDirectory(Path.of(SparkFiles.getRootDirectory()), "ganglion-");
      Path done = folder.resolve("artifact");
      copyInto(uri, folder.resolve("copying"), done);
      COPIES.put(key, done);
      return done;
    }
  }

  private static void copyInto(URI uri, Path copying, Path done) throws IOException {
    Configuration settings = SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf());
    // The file system is Hadoop's, shared by all who ask for it, so it is not closed here.
    FileSystem files = FileSystem.get(uri, settings);
    org.apache.hadoop.fs.Path from = new org.apache.hadoop.fs.Path(uri);
    if (!files.exists(from)) {
      throw new IOException(
          "There is no artifact at " + uri + ": give what compiler compile wrote.");
    }
    boolean withoutChecksumFiles = true;
    files.copyToLocalFile(
        false, from, new org.apache.hadoop.fs.Path(copying.toUri()), withoutChecksumFiles);
    Files.move(copying, done, StandardCopyOption.ATOMIC_MOVE);
  }
}
