package io.ganglion.server.endpoint;

import java.nio.file.Path;
import java.util.Optional;

/**
 * PEM files of a TLS server.
 *
 * @param certificate chain of the server, its own first
 * @param key PKCS#8 private key of the first certificate
 * @param clientAuthority where given, clients must show a certificate that it has signed
 */
public record TlsFiles(Path certificate, Path key, Optional<Path> clientAuthority) {}
