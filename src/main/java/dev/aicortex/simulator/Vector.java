package dev.aicortex.simulator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** An embedding: made up from a hash of its text, of length one. */
final class Vector {
    private final float[] values;

    private Vector(float[] values) {
        this.values = values;
    }

    static Vector of(String text, int dimensions) {
        double[] raw = new double[dimensions];
        double squares = 0;
        long seed = Words.seed(text);
        for (int i = 0; i < dimensions; i++) {
            raw[i] = Words.mix(seed + i * 0x9E3779B97F4A7C15L) * 0x1p-63;
            squares += raw[i] * raw[i];
        }
        return new Vector(scaled(raw, Math.sqrt(squares)));
    }

    /** As a JSON array. */
    String array() {
        StringBuilder out = new StringBuilder(values.length * 12).append('[');
        for (int i = 0; i < values.length; i++) {
            out.append(i == 0 ? "" : ",").append(values[i]);
        }
        return out.append(']').toString();
    }

    /** As a JSON string: 32-bit floats, little-endian, in base64. */
    String base64() {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return '"' + Base64.getEncoder().encodeToString(bytes.array()) + '"';
    }

    private static float[] scaled(double[] raw, double length) {
        float[] values = new float[raw.length];
        for (int i = 0; i < raw.length; i++) {
            values[i] = (float) (raw[i] / length);
        }
        return values;
    }
}
