/**
 * What changes the models that the servers hold: pull, push, create, copy, delete and blobs. A
 * request is read, its servers are chosen, they are asked, and what they answer becomes one answer.
 */
@NullMarked
package dev.aicortex.manage;

import org.jspecify.annotations.NullMarked;
