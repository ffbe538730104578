package io.ganglion.server.endpoint;

import java.nio.file.Path;
import java.util.Optional;

/**
 * PEM files of a TLS server.
 *
 * @param certificate certificate chain of the server, its own certificate first
 * @param key PKCS#8 private key of the first certificate
 * @param clientAuthority authority that must have signed clients' certificates; if empty, clients
 *     need none
 */
public record TlsFiles(Path certificate, Path key, Optional<Path> clientAuthority) {}
