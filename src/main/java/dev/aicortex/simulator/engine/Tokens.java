package dev.aicortex.simulator.engine;

import java.util.Arrays;
import java.util.List;

/** A text as a model reads it: every word is a token, known by its hash. */
final class Tokens {
    static final Tokens NONE = new Tokens(new int[0]);

    private final int[] words;

    private Tokens(int[] words) {
        this.words = words;
    }

    static Tokens of(CharSequence text) {
        int[] words = new int[16];
        int size = 0;
        int hash = 0;
        boolean inside = false;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ' ';
            boolean letter = c > ' ';
            if (letter) {
                hash = (hash ^ c) * 0x01000193;
            } else if (inside) {
                words = size < words.length ? words : Arrays.copyOf(words, size * 2);
                words[size++] = hash;
                hash = 0;
            }
            inside = letter;
        }
        return new Tokens(Arrays.copyOf(words, size));
    }

    static Tokens joined(List<Tokens> all) {
        if (all.size() == 1) {
            return all.getFirst();
        }
        int[] words = new int[all.stream().mapToInt(Tokens::size).sum()];
        int end = 0;
        for (Tokens one : all) {
            System.arraycopy(one.words, 0, words, end, one.words.length);
            end += one.words.length;
        }
        return new Tokens(words);
    }

    int size() {
        return words.length;
    }

    /** How many tokens both begin with. */
    int common(Tokens other) {
        int differs = Arrays.mismatch(words, other.words);
        return differs < 0 ? words.length : differs;
    }

    Tokens first(int count) {
        return count == words.length ? this : new Tokens(Arrays.copyOf(words, count));
    }

    Tokens last(int count) {
        int from = Math.max(0, words.length - count);
        return new Tokens(Arrays.copyOfRange(words, from, words.length));
    }
}
