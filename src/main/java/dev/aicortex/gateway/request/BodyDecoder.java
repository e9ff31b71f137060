package dev.aicortex.gateway.request;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Undoes the codings of a body that has been read: a short result goes into memory, a long one into
 * a temporary file. Blocks.
 *
 * @param limit of what comes out, in bytes
 * @param inMemory the longest result that stays in memory
 */
record BodyDecoder(
        List<ContentCoding> codings,
        BodyBudget budget,
        BodyFiles files,
        long limit,
        long inMemory) {
    private static final int STEP = 64 * 1024;

    /**
     * The body that the coded one stands for, which is let go of.
     *
     * @throws dev.aicortex.model.ValidationException when it cannot be decoded or is too large
     */
    RequestBody decode(RequestBody coded) throws IOException {
        try (InputStream in = ContentCoding.decoded(coded.open(), codings, limit)) {
            return read(in);
        } finally {
            coded.discard();
        }
    }

    private RequestBody read(InputStream in) throws IOException {
        Buffer body = Buffer.buffer();
        boolean whole = false;
        try {
            byte[] step = in.readNBytes(STEP);
            while (step.length > 0) {
                if (body.length() + step.length > inMemory || !budget.take(step.length)) {
                    return spool(body, step, in);
                }
                body.appendBytes(step);
                step = in.readNBytes(STEP);
            }
            whole = true;
            return new RequestBody.InMemory(body, budget);
        } finally {
            if (!whole) {
                budget.release(body.length());
            }
        }
    }

    private RequestBody spool(Buffer before, byte[] step, InputStream rest) throws IOException {
        Path file = files.name();
        boolean whole = false;
        try (OutputStream out = created(file)) {
            write(out, before.getBytes());
            write(out, step);
            long length = (long) before.length() + step.length;
            for (byte[] next = rest.readNBytes(STEP); next.length > 0; ) {
                write(out, next);
                length += next.length;
                next = rest.readNBytes(STEP);
            }
            whole = true;
            return new RequestBody.Spooled(files, file, length);
        } finally {
            if (!whole) {
                files.delete(file);
            }
        }
    }

    private OutputStream created(Path file) {
        try {
            return files.createNow(file);
        } catch (IOException e) {
            throw BodyReader.notStored(e);
        }
    }

    private static void write(OutputStream out, byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw BodyReader.notStored(e);
        }
    }
}
