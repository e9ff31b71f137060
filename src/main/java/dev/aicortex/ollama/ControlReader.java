package dev.aicortex.ollama;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

/** Reads the answers that the declarative client gets; {@link AnswerBound} has bounded them. */
@Consumes(MediaType.APPLICATION_JSON)
public final class ControlReader implements MessageBodyReader<Object> {
    @Override
    public boolean isReadable(
            Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return ControlAnswers.TYPES.contains(type);
    }

    @Override
    public Object readFrom(
            Class<Object> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream body)
            throws IOException {
        return ControlAnswers.read(body.readAllBytes(), type);
    }
}
