namespace FederatedIdentity.Domain.Policies;

/// <summary>One part of a policy's string: text as it stands, a character that means only itself, or a variable.</summary>
internal readonly record struct PolicyTextPart
{
    private readonly string _text;
    private readonly string? _key;

    private PolicyTextPart(string text, string? key, bool isPattern) => (_text, _key, IsPattern) = (text, key, isPattern);

    /// <summary>Whether a star or question mark in it may be a wildcard.</summary>
    public bool IsPattern { get; }

    public static PolicyTextPart Plain(string text) => new(text, null, true);

    public static PolicyTextPart Escaped(string text) => new(text, null, false);

    /// <summary>Stands for the request's value of a key, and for <paramref name="fallback"/> when the request lacks the key.</summary>
    public static PolicyTextPart Variable(string key, string? fallback) => new(fallback!, key, false);

    /// <summary>
    /// What the part comes to, or null for a variable without a value; without a request no variable has one. A key with several
    /// values is none that a variable could stand for.
    /// </summary>
    public string? ValueIn(PolicyRequest? request) => _key is null ? _text : request?.Values(_key) switch
    {
        [] => _text,
        [var only] => only,
        _ => null,
    };
}
