package dev.aicortex.translate;

/** Who says a message. */
final class Role {
    private Role() {}

    /** Servers know no developer: what OpenAI once called the system. */
    static String natively(String role) {
        return role.equals("developer") ? "system" : role;
    }
}
