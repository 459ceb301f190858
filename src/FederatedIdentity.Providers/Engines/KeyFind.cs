namespace FederatedIdentity.Providers.Engines;

/// <summary>What a search for newer keys came to.</summary>
internal abstract record KeyFind
{
    private KeyFind() { }

    /// <summary>Newer keys than before, from the issuer or from another replica that asked it.</summary>
    public sealed record Newer(FetchedKeys Keys) : KeyFind;

    /// <summary>Some replica asked the issuer so shortly ago that what we have is still what it says.</summary>
    public sealed record NoneNewer : KeyFind
    {
        public static readonly NoneNewer Instance = new();
    }

    /// <summary>The issuer could not be asked; <paramref name="LastGood"/> is the last set that any replica got from it.</summary>
    public sealed record Failed(string Detail, FetchedKeys? LastGood) : KeyFind;
}
