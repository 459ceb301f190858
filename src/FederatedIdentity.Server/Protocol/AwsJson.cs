using System.Text.Encodings.Web;
using System.Text.Json;
using FederatedIdentity.Server.Operations;

namespace FederatedIdentity.Server.Protocol;

/// <summary>How every body is read and written.</summary>
internal static class AwsJson
{
    /// <summary>What it writes is not HTML, so nothing but JSON's own characters is escaped.</summary>
    public static readonly WireJson Wire = new(new JsonSerializerOptions(WireJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = null, // The copied options belong to the default context.
    });
}
