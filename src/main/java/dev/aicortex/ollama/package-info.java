/**
 * The wire to an Ollama server: the declarative client for control, the pooled connections for
 * inference. The only package that opens a connection to a server.
 */
@NullMarked
package dev.aicortex.ollama;

import org.jspecify.annotations.NullMarked;
