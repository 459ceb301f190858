using static FederatedIdentity.UnitTests.Policies.Applies;

namespace FederatedIdentity.UnitTests.Policies;

/// <summary>What each condition operator compares, with one value in the request.</summary>
public sealed class ConditionTests
{
    public static TheoryData<string, string, string, Applies> Strings => new()
    {
        { "equal", "'StringEquals':{'k:a':'x'}", "k:a=x", Yes },
        { "case differs", "'StringEquals':{'k:a':'x'}", "k:a=X", No },
        { "a star is a star", "'StringEquals':{'k:a':'x*'}", "k:a=xy", No },
        { "a star equals a star", "'StringEquals':{'k:a':'x*'}", "k:a=x*", Yes },
        { "one of several", "'StringEquals':{'k:a':['x','y']}", "k:a=y", Yes },
        { "none of several", "'StringEquals':{'k:a':['x','y']}", "k:a=z", No },
        { "empty equals empty", "'StringEquals':{'k:a':''}", "k:a=", Yes },
        { "empty is not anything", "'StringEquals':{'k:a':'x'}", "k:a=", No },
        { "key in other case", "'StringEquals':{'K:A':'x'}", "k:a=x", Yes },
        { "number in the policy", "'StringEquals':{'k:a':12}", "k:a=12", Yes },
        { "boolean in the policy", "'StringEquals':{'k:a':true}", "k:a=true", Yes },
        { "missing key", "'StringEquals':{'k:a':'x'}", "", No },
        { "not equal", "'StringNotEquals':{'k:a':'x'}", "k:a=y", Yes },
        { "not equal, but equal", "'StringNotEquals':{'k:a':'x'}", "k:a=x", No },
        { "not equal to any", "'StringNotEquals':{'k:a':['x','y']}", "k:a=y", No },
        { "not equal, missing key", "'StringNotEquals':{'k:a':'x'}", "", Yes },
        { "ignoring case", "'StringEqualsIgnoreCase':{'k:a':'xY'}", "k:a=Xy", Yes },
        { "ignoring case, not more", "'StringEqualsIgnoreCase':{'k:a':'xY'}", "k:a=xyz", No },
        { "not equal ignoring case", "'StringNotEqualsIgnoreCase':{'k:a':'x'}", "k:a=X", No },
        { "not equal ignoring case, other", "'StringNotEqualsIgnoreCase':{'k:a':'x'}", "k:a=z", Yes },
        { "not equal ignoring case, missing", "'StringNotEqualsIgnoreCase':{'k:a':'x'}", "", Yes },
        { "like", "'StringLike':{'k:a':'x*z'}", "k:a=x--z", Yes },
        { "like, question mark", "'StringLike':{'k:a':'x?z'}", "k:a=xyz", Yes },
        { "like, case matters", "'StringLike':{'k:a':'x*'}", "k:a=Xa", No },
        { "like anything", "'StringLike':{'k:a':'*'}", "k:a=", Yes },
        { "like anything, missing key", "'StringLike':{'k:a':'*'}", "", No },
        { "not like", "'StringNotLike':{'k:a':'x*'}", "k:a=y", Yes },
        { "not like, but like", "'StringNotLike':{'k:a':'x*'}", "k:a=xx", No },
        { "not like, missing key", "'StringNotLike':{'k:a':'x*'}", "", Yes },
        { "all keys must match", "'StringEquals':{'k:a':'x','k:b':'y'}", "k:a=x; k:b=z", No },
        { "all keys do match", "'StringEquals':{'k:a':'x','k:b':'y'}", "k:a=x; k:b=y", Yes },
        { "all operators must match", "'StringEquals':{'k:a':'x'},'StringLike':{'k:b':'y*'}", "k:a=x; k:b=z", No },
        { "all operators do match", "'StringEquals':{'k:a':'x'},'StringLike':{'k:b':'y*'}", "k:a=x; k:b=yz", Yes },
        { "no condition at all", "", "", Yes },
    };

    public static TheoryData<string, string, string, Applies> NumbersAndDates => new()
    {
        { "equal number", "'NumericEquals':{'k:n':'10'}", "k:n=10", Yes },
        { "equal by value", "'NumericEquals':{'k:n':10}", "k:n=10.0", Yes },
        { "unequal number", "'NumericEquals':{'k:n':'10'}", "k:n=11", No },
        { "negative number", "'NumericEquals':{'k:n':'-1.5'}", "k:n=-1.50", Yes },
        { "not equal", "'NumericNotEquals':{'k:n':'10'}", "k:n=11", Yes },
        { "not equal, missing", "'NumericNotEquals':{'k:n':'10'}", "", Yes },
        { "less", "'NumericLessThan':{'k:n':'10'}", "k:n=9", Yes },
        { "less as a number, not as text", "'NumericLessThan':{'k:n':'10'}", "k:n=9.99", Yes },
        { "less, but equal", "'NumericLessThan':{'k:n':'10'}", "k:n=10", No },
        { "less or equal", "'NumericLessThanEquals':{'k:n':'10'}", "k:n=10", Yes },
        { "less or equal, but more", "'NumericLessThanEquals':{'k:n':'10'}", "k:n=10.01", No },
        { "more", "'NumericGreaterThan':{'k:n':'10'}", "k:n=11", Yes },
        { "more, but equal", "'NumericGreaterThan':{'k:n':'10'}", "k:n=10", No },
        { "more or equal", "'NumericGreaterThanEquals':{'k:n':'10'}", "k:n=10", Yes },
        { "more or equal, but less", "'NumericGreaterThanEquals':{'k:n':'10'}", "k:n=9", No },
        { "more, missing", "'NumericGreaterThan':{'k:n':'10'}", "", No },
        { "no number in the request", "'NumericEquals':{'k:n':'10'}", "k:n=ten", OnlyAsDeny },
        { "no number, negated", "'NumericNotEquals':{'k:n':'10'}", "k:n=ten", OnlyAsDeny },
        { "number with a blank", "'NumericEquals':{'k:n':'10'}", "k:n= 10", OnlyAsDeny },
        { "number with a separator", "'NumericLessThan':{'k:n':'10'}", "k:n=1,000", OnlyAsDeny },
        { "number beyond all bounds", "'NumericLessThan':{'k:n':'10'}", "k:n=1e999999999", OnlyAsDeny },
        { "same instant, other zone", "'DateEquals':{'k:t':'2026-01-01T00:00:00Z'}", "k:t=2026-01-01T02:00:00+02:00", Yes },
        { "same instant, as seconds", "'DateEquals':{'k:t':'2026-01-01T00:00:00Z'}", "k:t=1767225600", Yes },
        { "seconds as a number", "'DateEquals':{'k:t':1767225600}", "k:t=2026-01-01T00:00:00Z", Yes },
        { "a day is its beginning", "'DateEquals':{'k:t':'2026-01-01'}", "k:t=2026-01-01T00:00:00Z", Yes },
        { "a month is its beginning", "'DateEquals':{'k:t':'2026-01'}", "k:t=2026-01-01T00:00:00Z", Yes },
        { "time without seconds", "'DateEquals':{'k:t':'2026-01-01T00:00Z'}", "k:t=2026-01-01T00:00:00.000Z", Yes },
        { "time without zone is UTC", "'DateEquals':{'k:t':'2026-01-01T00:00:00'}", "k:t=2026-01-01T00:00:00Z", Yes },
        { "lower-case letters", "'DateEquals':{'k:t':'2026-01-01t00:00:00z'}", "k:t=2026-01-01T00:00:00Z", Yes },
        { "not the instant", "'DateNotEquals':{'k:t':'2026-01-01'}", "k:t=2026-01-02", Yes },
        { "not the instant, missing", "'DateNotEquals':{'k:t':'2026-01-01'}", "", Yes },
        { "before", "'DateLessThan':{'k:t':'2026-01-01T00:00:00Z'}", "k:t=2025-12-31T23:59:59.9999999Z", Yes },
        { "before, but at", "'DateLessThan':{'k:t':'2026-01-01T00:00:00Z'}", "k:t=2026-01-01T00:00:00Z", No },
        { "at or before", "'DateLessThanEquals':{'k:t':'2026-01-01T00:00:00Z'}", "k:t=2026-01-01T00:00:00Z", Yes },
        { "after", "'DateGreaterThan':{'k:t':'2026-01-01T00:00:00Z'}", "k:t=2026-01-01T00:00:00.001Z", Yes },
        { "after, but at", "'DateGreaterThan':{'k:t':'2026-01-01T00:00:00Z'}", "k:t=2026-01-01T00:00:00Z", No },
        { "at or after", "'DateGreaterThanEquals':{'k:t':'2026-01-01T00:00:00Z'}", "k:t=2026-01-01T00:00:00Z", Yes },
        { "after, missing", "'DateGreaterThan':{'k:t':'2026-01-01T00:00:00Z'}", "", No },
        { "no date in the request", "'DateLessThan':{'k:t':'2026-01-01T00:00:00Z'}", "k:t=yesterday", OnlyAsDeny },
        { "no day there is", "'DateLessThan':{'k:t':'2026-01-01T00:00:00Z'}", "k:t=2025-02-30", OnlyAsDeny },
    };

    public static TheoryData<string, string, string, Applies> Others => new()
    {
        { "true is true", "'Bool':{'aws:SecureTransport':'true'}", "aws:SecureTransport=true", Yes },
        { "true as JSON, in any case", "'Bool':{'aws:SecureTransport':true}", "aws:SecureTransport=True", Yes },
        { "true is not false", "'Bool':{'aws:SecureTransport':'false'}", "aws:SecureTransport=true", No },
        { "neither true nor false", "'Bool':{'aws:SecureTransport':'false'}", "aws:SecureTransport=0", OnlyAsDeny },
        { "Bool, missing", "'Bool':{'aws:SecureTransport':'false'}", "", No },
        { "same bytes", "'BinaryEquals':{'k:b':'AQID'}", "k:b=AQID", Yes },
        { "other bytes", "'BinaryEquals':{'k:b':'AQID'}", "k:b=AQIE", No },
        { "no bytes at all", "'BinaryEquals':{'k:b':'AQID'}", "k:b=!", OnlyAsDeny },
        { "Binary, missing", "'BinaryEquals':{'k:b':'AQID'}", "", No },
        { "inside a block", "'IpAddress':{'aws:SourceIp':'203.0.113.0/24'}", "aws:SourceIp=203.0.113.200", Yes },
        { "outside a block", "'IpAddress':{'aws:SourceIp':'203.0.113.0/24'}", "aws:SourceIp=203.0.114.1", No },
        { "block that ends inside a byte", "'IpAddress':{'aws:SourceIp':'10.0.0.0/9'}", "aws:SourceIp=10.128.0.0", No },
        { "block with bits behind its length", "'IpAddress':{'aws:SourceIp':'203.0.113.77/24'}", "aws:SourceIp=203.0.113.1", Yes },
        { "single address", "'IpAddress':{'aws:SourceIp':'203.0.113.7'}", "aws:SourceIp=203.0.113.7", Yes },
        { "single address, neighbour", "'IpAddress':{'aws:SourceIp':'203.0.113.7'}", "aws:SourceIp=203.0.113.6", No },
        { "all of IPv4", "'IpAddress':{'aws:SourceIp':'0.0.0.0/0'}", "aws:SourceIp=255.255.255.255", Yes },
        { "all of IPv4 is not IPv6", "'IpAddress':{'aws:SourceIp':'0.0.0.0/0'}", "aws:SourceIp=2001:db8::1", No },
        { "all of IPv6 is not IPv4", "'IpAddress':{'aws:SourceIp':'::/0'}", "aws:SourceIp=203.0.113.7", No },
        { "IPv6 block", "'IpAddress':{'aws:SourceIp':'2001:DB8:1234:5678::/64'}", "aws:SourceIp=2001:db8:1234:5678:9::1", Yes },
        { "outside an IPv6 block", "'IpAddress':{'aws:SourceIp':'2001:DB8:1234:5678::/64'}", "aws:SourceIp=2001:db8:1234:5679::1", No },
        { "IPv4 in IPv6 notation", "'IpAddress':{'aws:SourceIp':'203.0.113.0/24'}", "aws:SourceIp=::ffff:203.0.113.9", Yes },
        { "one of several blocks", "'IpAddress':{'aws:SourceIp':['10.0.0.0/8','203.0.113.0/24']}", "aws:SourceIp=203.0.113.9", Yes },
        { "not in a block", "'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'}", "aws:SourceIp=198.51.100.1", Yes },
        { "not in a block, but in", "'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'}", "aws:SourceIp=203.0.113.1", No },
        { "not in a block, missing", "'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'}", "", Yes },
        { "not in a block, in IPv6 notation", "'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'}", "aws:SourceIp=::ffff:203.0.113.1", No },
        { "no address", "'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'}", "aws:SourceIp=unknown", OnlyAsDeny },
        { "octal is no address", "'IpAddress':{'aws:SourceIp':'8.0.0.1'}", "aws:SourceIp=010.0.0.1", OnlyAsDeny },
        { "a block is no address", "'IpAddress':{'aws:SourceIp':'10.0.0.0/8'}", "aws:SourceIp=10.0.0.0/16", OnlyAsDeny },
        { "ARN", "'ArnEquals':{'aws:SourceArn':'arn:aws:sns:us-east-1:1:t'}", "aws:SourceArn=arn:aws:sns:us-east-1:1:t", Yes },
        { "ARN, case matters", "'ArnEquals':{'aws:SourceArn':'arn:aws:sns:us-east-1:1:t'}", "aws:SourceArn=arn:aws:sns:us-east-1:1:T", No },
        { "ARN with wildcards", "'ArnEquals':{'aws:SourceArn':'arn:aws:sns:*:?:t*'}", "aws:SourceArn=arn:aws:sns:us-east-1:1:tt", Yes },
        { "star stays in its part", "'ArnLike':{'k:a':'arn:aws:x:*:1:f/*'}", "k:a=arn:aws:x:us:9:store/abc:1:f/d", No },
        { "colons in the last part", "'ArnLike':{'k:a':'arn:aws:x:us:9:store*'}", "k:a=arn:aws:x:us:9:store/abc:1:f/d", Yes },
        { "any ARN", "'ArnLike':{'k:a':'*'}", "k:a=arn:aws:x:us:9:y", Yes },
        { "no ARN", "'ArnLike':{'k:a':'*'}", "k:a=hello", OnlyAsDeny },
        { "not the ARN", "'ArnNotEquals':{'k:a':'arn:aws:x:::y'}", "k:a=arn:aws:x:::z", Yes },
        { "not the ARN, but it is", "'ArnNotLike':{'k:a':'arn:aws:x:::*'}", "k:a=arn:aws:x:::z", No },
        { "not the ARN, missing", "'ArnNotLike':{'k:a':'arn:aws:x:::*'}", "", Yes },
        { "not the ARN, no ARN", "'ArnNotEquals':{'k:a':'arn:aws:x:::y'}", "k:a=hello", OnlyAsDeny },
        { "ARN, missing", "'ArnLike':{'k:a':'arn:aws:x:::*'}", "", No },
        { "null and missing", "'Null':{'k:a':'true'}", "", Yes },
        { "null and there", "'Null':{'k:a':'true'}", "k:a=x", No },
        { "not null and there", "'Null':{'k:a':false}", "k:a=x", Yes },
        { "not null and missing", "'Null':{'k:a':'false'}", "", No },
        { "null, key without values", "'Null':{'k:a':'true'}", "k:a", Yes },
        { "not null, empty text", "'Null':{'k:a':'false'}", "k:a=", Yes },
    };

    [Theory]
    [MemberData(nameof(Strings))]
    [MemberData(nameof(NumbersAndDates))]
    [MemberData(nameof(Others))]
    public void A_statement_applies_when_its_condition_holds(string name, string condition, string context, Applies expected)
    {
        Assert.NotEmpty(name);
        StatementCheck.Check(
            $"'Action':'*','Resource':'*','Condition':{{{condition}}}", Ask.For("s3:GetObject", "arn:aws:s3:::b", context), expected);
    }
}
