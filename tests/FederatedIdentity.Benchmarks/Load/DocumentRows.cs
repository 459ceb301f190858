using System.Net;
using FederatedIdentity.Benchmarks.Load.Ceiling;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>The key set and the discovery document beside a Kestrel that answers as many bytes whatever is asked.</summary>
internal static class DocumentRows
{
    private static readonly (string Name, string Path)[] _documents =
        [("JWKS", "/.well-known/jwks_uri"), ("discovery", "/.well-known/openid-configuration")];

    public static async Task<IEnumerable<Row>> OfAsync(Stage stage, Sides sides)
    {
        var rows = new List<Row>();
        foreach (var (name, path) in _documents)
        {
            using var answer = await stage.Rs512.Server.Client.Http.GetAsync(new Uri(path, UriKind.Relative));
            var size = (await answer.Content.ReadAsByteArrayAsync()).Length;
            var tag = $"{answer.Headers.ETag}";
            await CheckAsync(stage.Rs512.Server, path, tag);
            var document = await sides.OfAsync($"{name} {size} bytes", stage.Rs512, [HttpText.Get(stage.Rs512.Server.Url, path)]);
            var known = await sides.OfAsync(
                $"{name} not modified", stage.Rs512, [HttpText.Get(stage.Rs512.Server.Url, path, ("If-None-Match", tag))]);
            var fixedBody = await sides.OfAsync(
                $"ceiling static, {size} bytes", stage.Ceiling, [HttpText.Get(stage.Ceiling.Url, $"{CeilingCalls.Static}{size}")]);
            rows.Add(new(name, document, fixedBody, Goal.ThroughputAtLeast(0.90)));
            rows.Add(new($"{name}, 304", known, fixedBody, Goal.ThroughputAtLeast(0.90)));
        }

        return rows;
    }

    private static async Task CheckAsync(Replica server, string path, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Url, path));
        request.Headers.Add("If-None-Match", tag);
        using var answer = await server.Client.Http.SendAsync(request);
        if (answer.StatusCode != HttpStatusCode.NotModified)
        {
            throw new InvalidOperationException($"{path} answers {answer.StatusCode} to its own tag.");
        }
    }
}
