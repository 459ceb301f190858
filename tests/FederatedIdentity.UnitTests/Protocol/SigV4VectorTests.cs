using FederatedIdentity.Server.Protocol;
using Microsoft.Extensions.Primitives;

namespace FederatedIdentity.UnitTests.Protocol;

/// <summary>Requests whose signatures others computed: AWS's documentation and test suite, and botocore.</summary>
public sealed class SigV4VectorTests
{
    private const string Unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static TheoryData<string, string, string, string, string> Suite => new()
    {
        { "get-vanilla", "GET", "/", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
        { "post-vanilla", "POST", "/", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b" },
        { "query-order", "GET", "/", "Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500" },
        { "query-value", "GET", "/", "Param1=value2&Param1=value1", "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694" },
        {
            "query-unreserved", "GET", "/", $"{Unreserved}={Unreserved}",
            "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"
        },
        { "query-utf8", "GET", "/", "%E1%88%B4=bar", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04" },
        { "query-utf8 raw", "GET", "/", "\u1234=bar", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04" },
        { "unreserved", "GET", $"/{Unreserved}", "", "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f" },
        { "utf8", "GET", "/\u1234", "", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85" },
        { "space", "GET", "/example space/", "", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741" },
        { "space, encoded twice", "GET", "/example%20space/", "", "446b817944c553435b35e813c261ff4e161fff982d1bacdef1c87f6785dd1662" },
        { "slashes", "GET", "//example//", "", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84" },
        { "slash", "GET", "//", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
        { "slash-dot-slash", "GET", "/./", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
        { "relative", "GET", "/example/..", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
        { "relative beyond root", "GET", "/a/../../..", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
    };

    public static TheoryData<string, string[], string> HeaderSuite => new()
    {
        { "key-duplicate", ["value2", "value2", "value1"], "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea" },
        {
            "value-order", ["value4", "value1", "value3", "value2"],
            "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"
        },
    };

    [Fact]
    public async Task Documented_example_of_AWS()
    {
        var request = Request("iam", "iam.amazonaws.com");
        (request.Method, request.Query) = ("GET", "Action=ListUsers&Version=2010-05-08");
        request.Headers.ContentType = "application/x-www-form-urlencoded; charset=utf-8";

        await Verifies(request, "content-type;host;x-amz-date", "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    }

    [Theory]
    [MemberData(nameof(Suite))]
    public async Task Test_suite(string name, string method, string path, string query, string signature)
    {
        Assert.NotEmpty(name);
        var request = Request();
        (request.Method, request.Path, request.Query) = (method, path, query);

        await Verifies(request, "host;x-amz-date", signature);
    }

    [Theory]
    [MemberData(nameof(HeaderSuite))]
    public async Task Test_suite_with_header_of_many_values(string name, string[] values, string signature)
    {
        Assert.NotEmpty(name);
        var request = Request();
        request.Method = "GET";
        request.Headers["My-Header1"] = new StringValues(values);

        await Verifies(request, "host;my-header1;x-amz-date", signature);
    }

    [Fact]
    public async Task Test_suite_header_value_trim()
    {
        var request = Request();
        request.Method = "GET";
        request.Headers["My-Header1"] = " value1";
        request.Headers["My-Header2"] = " \"a   b   c\" ";

        await Verifies(
            request, "host;my-header1;my-header2;x-amz-date", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
    }

    [Fact]
    public async Task Test_suite_form_body()
    {
        var request = Request();
        request.Headers.ContentType = "application/x-www-form-urlencoded";
        request.Body = "Param1=value1"u8.ToArray();

        await Verifies(request, "content-type;host;x-amz-date", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
    }

    [Fact]
    public async Task Botocore_list_identity_pools()
    {
        var request = Request("cognito-identity", "cognito-identity.us-east-1.amazonaws.com");
        request.Headers.ContentType = "application/x-amz-json-1.1";
        request.Headers["X-Amz-Target"] = "AWSCognitoIdentityService.ListIdentityPools";
        request.Body = "{\"MaxResults\": 10}"u8.ToArray();

        await Verifies(
            request, "content-type;host;x-amz-date;x-amz-target", "b3d9444564b0a50b6ab343cbf65d71d9eef71aaf857bfedf47c956e35877bb5e");
    }

    [Fact]
    public async Task Botocore_endpoint_with_port_path_and_query()
    {
        var request = Request("cognito-identity", "localhost:8443");
        request.Headers.ContentType = "application/x-amz-json-1.1";
        (request.Path, request.Query, request.Body) = ("/cognito%20x/", "b=2&a=%2B1", "{}"u8.ToArray());

        await Verifies(request, "content-type;host;x-amz-date", "573133b8af8a78d49ecf3a982362c1e690f28f7595631b1995b172fe86e4d206");
    }

    private static SigV4Case Request(string service = "service", string host = "example.amazonaws.com")
    {
        var request = new SigV4Case { Service = service, Body = [] };
        request.Headers.Remove("X-Amz-Target");
        request.Headers.Host = host;
        return request;
    }

    private static async Task Verifies(SigV4Case request, string signedHeaders, string signature)
    {
        request.Headers.Authorization = $"AWS4-HMAC-SHA256 Credential={SigV4Case.KeyId}/20150830/us-east-1/{request.Service}/aws4_request, "
            + $"SignedHeaders={signedHeaders}, Signature={signature}";

        Assert.IsType<SigV4Verdict.Signed>(await request.VerifyAsync());
    }
}
