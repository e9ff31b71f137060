package dev.aicortex.gateway;

/**
 * What the gateway knows of a request's body.
 *
 * @param model as the client spelt it
 * @param stream whether the client wants a stream
 * @param body the bytes that every server gets
 */
record InferenceRequest(String model, boolean stream, RequestBody body) {}
