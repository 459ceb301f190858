using FederatedIdentity.Server.Operations;
using FederatedIdentity.Server.Sts;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Throttling;

/// <summary>How many requests a second are let through. A limit of 0 is none.</summary>
internal sealed class RateLimitOptions
{
    public const string Section = "FederatedIdentity:RateLimits";

    /// <summary>What the signed operations on pools and identities share that have no limit of their own.</summary>
    public const string ControlPlane = "ControlPlane";

    /// <summary>What the signed actions of STS share.</summary>
    public const string Sts = "Sts";

    /// <summary>What all actions of IAM share.</summary>
    public const string Iam = "Iam";

    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Per account, by operation or class of operations. An operation that is named here has a budget of its own, any other shares that
    /// of its class.
    /// </summary>
    /// <remarks>
    /// The first nine are the quotas of https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html, and <see cref="Sts"/> is
    /// that of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; the others are not published. What anybody
    /// may call has a budget of its own, so that strangers cannot keep administrators from their work.
    /// </remarks>
    public Dictionary<string, double> Operations { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["GetId"] = 25,
        ["GetOpenIdToken"] = 200,
        ["GetCredentialsForIdentity"] = 200,
        ["GetOpenIdTokenForDeveloperIdentity"] = 50,
        ["ListIdentities"] = 5,
        ["DeleteIdentities"] = 10,
        ["TagResource"] = 5,
        ["UntagResource"] = 5,
        ["ListTagsForResource"] = 10,
        ["UnlinkIdentity"] = 50,
        ["AssumeRoleWithWebIdentity"] = 200,
        ["AssumeRoleWithSAML"] = 200,
        [ControlPlane] = 50,
        [Sts] = 600,
        [Iam] = 50,
    };

    /// <summary>Of the public operations on one pool together, unless the pool has a limit of its own.</summary>
    public double PerPool { get; set; }

    /// <summary>
    /// Of all that strangers ask from one address, or from one /64 network of IPv6. More than any single quota above, since a whole
    /// carrier, office or back end may have one address.
    /// </summary>
    public double PerSource { get; set; } = 250;

    /// <summary>Of all that strangers ask about one identity, from one source.</summary>
    public double PerIdentity { get; set; } = 10;

    /// <summary>How many seconds' worth of a limit may come at once after a rest; two requests always may.</summary>
    public double Burst { get; set; } = 0.25;

    /// <summary>The budget that an operation spends: its own, or that of its class.</summary>
    public string BudgetOf(string operation) =>
        Operations.ContainsKey(operation) ? operation
        : ApiSurface.Operations.ContainsKey(operation) ? ControlPlane
        : StsSurface.Actions.Any(action => action.Name == operation) ? Sts
        : Iam;
}

/// <summary>Stops the start over limits that are none, and over names that no operation has.</summary>
internal sealed class RateLimitOptionsValidator : IValidateOptions<RateLimitOptions>
{
    private const double Least = 0.01;
    private const double Most = 1_000_000;
    private const double LongestBurst = 10;

    private static readonly HashSet<string> _names = new(
        [
            .. ApiSurface.Operations.Keys, .. StsSurface.Actions.Concat(IamSurface.Actions).Select(action => action.Name),
            RateLimitOptions.ControlPlane, RateLimitOptions.Sts, RateLimitOptions.Iam,
        ],
        StringComparer.OrdinalIgnoreCase);

    public ValidateOptionsResult Validate(string? name, RateLimitOptions options)
    {
        string[] faults =
        [
            .. options.Operations.Keys.Where(operation => !_names.Contains(operation))
                .Select(operation => $"{RateLimitOptions.Section}:Operations: there is no '{operation}'."),
            .. options.Operations.Select(limit => ($"Operations:{limit.Key}", limit.Value))
                .Append((nameof(options.PerPool), options.PerPool))
                .Append((nameof(options.PerSource), options.PerSource))
                .Append((nameof(options.PerIdentity), options.PerIdentity))
                .Where(limit => limit.Item2 is not (0 or (>= Least and <= Most)))
                .Select(limit => $"{RateLimitOptions.Section}:{limit.Item1} is neither 0 nor between {Least} and {Most} a second."),
        ];
        return options.Burst is >= 0 and <= LongestBurst
            ? faults is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults)
            : ValidateOptionsResult.Fail(
                [.. faults, $"{RateLimitOptions.Section}:Burst is not between 0 and {LongestBurst} seconds."]);
    }
}
