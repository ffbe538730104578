/**
 * Container images of the programs, without a container engine: a Java runtime with the modules
 * that a program needs, the system's libraries or a base image, and the distribution as it was
 * built. Nothing in an image is written when it runs, and it holds no shell.
 */
@NullMarked
package io.ganglion.image;

import org.jspecify.annotations.NullMarked;
