using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Sts;

/// <summary>Where the credentials of identities come from.</summary>
internal enum StsMode
{
    /// <summary>From the STS of this server.</summary>
    BuiltIn,

    /// <summary>From another STS that takes web identity tokens: AWS, MinIO, Ceph RGW.</summary>
    External,
}

/// <summary>Which STS gives identities their credentials.</summary>
internal sealed class StsOptions
{
    public const string Section = "FederatedIdentity:Sts";

    public StsMode Mode { get; set; } = StsMode.BuiltIn;

    /// <summary>URL of the other STS.</summary>
    public string? Endpoint { get; set; }
}

internal sealed class StsOptionsValidator : IValidateOptions<StsOptions>
{
    public ValidateOptionsResult Validate(string? name, StsOptions options) => options switch
    {
        _ when !Enum.IsDefined(options.Mode) => ValidateOptionsResult.Fail($"{StsOptions.Section}:Mode is neither BuiltIn nor External."),
        { Mode: StsMode.External } when !(Uri.TryCreate(options.Endpoint, UriKind.Absolute, out var url) && url.Scheme is "https" or "http") =>
            ValidateOptionsResult.Fail($"{StsOptions.Section}:Endpoint must be the URL of the external STS."),
        _ => ValidateOptionsResult.Success,
    };
}
