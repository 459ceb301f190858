namespace FederatedIdentity.Domain.Keys;

/// <summary>The states of a signing key, as stored; each follows the one before.</summary>
public static class SigningKeyState
{
    /// <summary>Published, so that verifiers learn it, but does not sign yet.</summary>
    public const string Next = "next";

    /// <summary>Signs; the only one.</summary>
    public const string Current = "current";

    /// <summary>Published for the tokens it signed, and signs no more: its private key is gone.</summary>
    public const string Retired = "retired";
}
