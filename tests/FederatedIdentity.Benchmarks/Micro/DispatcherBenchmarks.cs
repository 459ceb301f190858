using System.Net;
using BenchmarkDotNet.Attributes;
using FederatedIdentity.Server.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedIdentity.Benchmarks.Micro;

/// <summary>
/// Whole calls, from the body's bytes to those of the answer, without network and database; a token is signed with ES256. What a call that
/// names no operation costs, the request's own objects included, is in all of them.
/// </summary>
public class DispatcherBenchmarks
{
    private MicroServer? _server;
    private AwsJsonDispatcher? _dispatcher;

    [GlobalSetup]
    public void Start()
    {
        _server = MicroServer.Start("ES256");
        _dispatcher = _server.Services.GetRequiredService<AwsJsonDispatcher>();
    }

    [GlobalCleanup]
    public void Stop() => _server!.Dispose();

    [Benchmark]
    public Task UnknownOperation() => CallAsync("Nothing", _server!.GetId, StatusCodes.Status400BadRequest);

    [Benchmark]
    public Task GetId() => CallAsync("GetId", _server!.GetId, StatusCodes.Status200OK);

    [Benchmark]
    public Task GetOpenIdToken() => CallAsync("GetOpenIdToken", _server!.GetOpenIdToken, StatusCodes.Status200OK);

    private async Task CallAsync(string operation, byte[] body, int expected)
    {
        var http = new DefaultHttpContext { RequestServices = _server!.Services };
        http.Connection.RemoteIpAddress = IPAddress.Loopback;
        http.Request.Method = HttpMethods.Post;
        http.Request.Path = "/";
        http.Request.Headers["X-Amz-Target"] = $"AWSCognitoIdentityService.{operation}";
        http.Request.Body = new MemoryStream(body);
        http.Request.ContentLength = body.Length;
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        await _dispatcher!.HandleAsync(http);
        if (http.Response.StatusCode != expected)
        {
            throw new InvalidOperationException($"{operation} answered {http.Response.StatusCode}.");
        }
    }
}
