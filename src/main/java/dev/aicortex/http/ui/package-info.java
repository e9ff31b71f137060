/**
 * The page at {@code /ui}: its files, who is signed in, and the way of its calls to the routes of
 * everybody. Behind the guards of {@code dev.aicortex.http} and in front of quarkus-rest.
 */
@NullMarked
package dev.aicortex.http.ui;

import org.jspecify.annotations.NullMarked;
