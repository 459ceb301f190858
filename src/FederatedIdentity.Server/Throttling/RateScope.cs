namespace FederatedIdentity.Server.Throttling;

/// <summary>Whose budget it is.</summary>
internal enum RateScope
{
    /// <summary>An account's, for one operation or class of operations.</summary>
    Account,

    Pool,

    /// <summary>An address's, or that of an IPv6 network.</summary>
    Source,

    Identity,
}
