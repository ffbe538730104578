package io.ganglion.runtime.artifact;

import org.jspecify.annotations.Nullable;

/**
 * An artifact that cannot be read or written; the message says what is wrong, where, and what to
 * do.
 */
public final class ArtifactException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The ways an artifact can be wrong. */
  public enum Reason {
    /** Not a directory, or it has no manifest of ours. */
    NOT_AN_ARTIFACT,
    /** Written in an old format that is no longer read. */
    TOO_OLD,
    /** Written in a format newer than this program knows. */
    TOO_NEW,
    /** A file is shorter or longer than the manifest says. */
    TRUNCATED,
    /** A file's bytes are not those that were written. */
    CHECKSUM,
    /** The manifest or a header is not well-formed, or a value is impossible. */
    MALFORMED,
    /** A tensor is missing, or its shape or type is not what the dimensions ask for. */
    BAD_SHAPE,
    /** Tensors leave a part of the file unused. */
    HOLE,
    /** Tensors share bytes. */
    OVERLAP,
    /** Something is already there. */
    EXISTS,
    /** The operating system refused to read or write. */
    IO
  }

  private final Reason reason;

  public ArtifactException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public ArtifactException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
