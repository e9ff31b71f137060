/**
 * The life of a request: {@link dev.aicortex.gateway.dispatch.Phase} draws it, {@link
 * dev.aicortex.gateway.dispatch.Dispatch} lives it. It finds servers that hold the model, waits in
 * the {@link dev.aicortex.gateway.dispatch.Queue}, makes {@link
 * dev.aicortex.gateway.dispatch.Attempt}s one after another, and tells its {@link
 * dev.aicortex.gateway.dispatch.Client} how it ended.
 */
@NullMarked
package dev.aicortex.gateway.dispatch;

import org.jspecify.annotations.NullMarked;
