package dev.aicortex.config;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.common.utils.StringUtil;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;

/** The keys as the tree that a file has of them, read off {@link CortexConfig}. */
public sealed interface KeyShape {
    /** Keys with names of ours. */
    record Group(NavigableMap<String, KeyShape> keys) implements KeyShape {}

    /** Entries with names of the user's. */
    record Entries(KeyShape each) implements KeyShape {}

    /** A list of values. */
    record Many(Value each) implements KeyShape {}

    /** Keys of somebody else, which are not looked at. */
    record Foreign() implements KeyShape {}

    /** One value of this type: a number, a boolean, a duration, a size, an enum, else any text. */
    record Value(Class<?> type) implements KeyShape {
        /** What is wrong with a text as such a value, and what to write; empty when nothing is. */
        Optional<String> problem(String text) {
            try {
                convert(text.strip());
                return Optional.empty();
            } catch (IllegalArgumentException _) {
                return Optional.of(wrong());
            }
        }

        private void convert(String text) {
            if (type == Integer.class) {
                int _ = Integer.parseInt(text);
            } else if (type == Double.class) {
                double _ = Double.parseDouble(text);
            } else if (type == Boolean.class) {
                boolean _ = new CortexConfig.YesNo().convert(text);
            } else if (type == Duration.class) {
                Duration _ = DurationConverter.parseDuration(text);
            } else if (type == MemorySize.class) {
                MemorySize _ = new MemorySizeConverter().convert(text);
            } else if (type.isEnum() && !words().contains(text.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(text);
            }
        }

        private String wrong() {
            if (type == Integer.class) {
                return "is no whole number; write one, as in 8";
            } else if (type == Double.class) {
                return "is no number; write one, as in 0.5";
            } else if (type == Boolean.class) {
                return "is neither true nor false; write one of the two";
            } else if (type == Duration.class) {
                return "is no duration; write one, as in 500ms, 30s, 5m or 1h";
            } else if (type == MemorySize.class) {
                return "is no size; write one, as in 64K, 100M or 1G";
            }
            return "is no value for it; write one of " + String.join(", ", words());
        }

        /** Those of an enum; none of another type. */
        public List<String> words() {
            Object[] constants = type.getEnumConstants();
            return constants == null
                    ? List.of()
                    : Arrays.stream(constants)
                            .map(each -> ((Enum<?>) each).name())
                            .map(name -> name.toLowerCase(Locale.ROOT).replace('_', '-'))
                            .toList();
        }
    }

    /** What a file may have: all keys without their prefix, but for the one that names the file. */
    static Group all() {
        Group group = group(CortexConfig.class);
        group.keys.remove("config");
        return group;
    }

    private static Group group(Class<?> mapping) {
        NavigableMap<String, KeyShape> keys = new TreeMap<>();
        for (Method key : mapping.getDeclaredMethods()) {
            if (!key.isSynthetic()) {
                keys.put(StringUtil.skewer(key.getName()), of(key.getGenericReturnType()));
            }
        }
        return new Group(keys);
    }

    private static KeyShape of(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] of = generic.getActualTypeArguments();
            KeyShape inner = of(of[of.length - 1]);
            if (generic.getRawType() == Map.class) {
                return new Entries(inner);
            }
            return generic.getRawType() == List.class ? new Many((Value) inner) : inner;
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isInterface() && plain.getEnclosingClass() != null) {
            return group(plain);
        }
        return new Value(boxed(plain));
    }

    private static Class<?> boxed(Class<?> type) {
        if (type == int.class || type == OptionalInt.class) {
            return Integer.class;
        } else if (type == double.class || type == OptionalDouble.class) {
            return Double.class;
        }
        return type == boolean.class ? Boolean.class : type;
    }
}
