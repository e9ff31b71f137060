/**
 * Requests for the embeddings of many texts: those that are kept are not asked for again, and a
 * long list goes to several servers at once. Each part is a request of its own, whose client the
 * whole is.
 */
@NullMarked
package dev.aicortex.gateway.embeddings;

import org.jspecify.annotations.NullMarked;
