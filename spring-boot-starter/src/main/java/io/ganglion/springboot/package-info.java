/** A Ganglion client in a Spring Boot application. */
@NullMarked
package io.ganglion.springboot;

import org.jspecify.annotations.NullMarked;
