using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace FederatedIdentity.Server.OpenId;

/// <summary>
/// A small public JSON document, built once: cacheable for <paramref name="lifetime"/>, with a strong ETag, readable from any origin.
/// </summary>
internal sealed class PublishedDocument(byte[] json, TimeSpan lifetime)
{
    private readonly string _cacheControl = $"public, max-age={(long)lifetime.TotalSeconds}";
    private readonly string _etag = $"\"{Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 16))}\"";

    public Task WriteAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = _cacheControl;
        headers.ETag = _etag;
        headers.AccessControlAllowOrigin = "*";
        if (Matches(http.Request.Headers.IfNoneMatch))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        http.Response.ContentType = "application/json";
        http.Response.ContentLength = json.Length;
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return Task.CompletedTask;
        }

        // Without a token: a small answer needs none, since who is gone takes nothing, and to ask for it would make one.
        var written = http.Response.BodyWriter.WriteAsync(json, CancellationToken.None);
        return written.IsCompletedSuccessfully ? Task.CompletedTask : written.AsTask();
    }

    private bool Matches(StringValues ifNoneMatch) =>
        ifNoneMatch.Count > 0
        && ((ifNoneMatch.Count == 1 && ifNoneMatch[0] == _etag) // What caches send.
            || (EntityTagHeaderValue.TryParseList(ifNoneMatch, out var tags)
                && tags.Any(tag => tag.Tag == "*" || tag.Tag == _etag))); // RFC 9110 §13.1.2: the weak comparison, so W/ does not matter.
}
